#pragma once
/* Flags only: include paths and libraries. The headers are read by the C target CXMLSec alone. */
