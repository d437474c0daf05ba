#pragma once
#include <fribidi/fribidi.h>
#include <hb-ot.h>
#include <hb-subset.h>
#include <hb.h>
#include <linebreak.h>
#include <utf8proc.h>
