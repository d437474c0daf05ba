#pragma once
/* xmlsec behind opaque handles: see the functions below. */
