#pragma once
/* OpenSSL macros that Swift cannot import, as functions. */
