#pragma once
/* Debian builds libxml2 with ICU, whose headers clash with Foundation's own copy of ICU in one Swift module graph.
   The macro only adds two pointers at the end of xmlCharEncodingHandler, which is used by pointer alone. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
