#pragma once
/* What unistd.h shows to GNU programs only, which Swift's module of the C library is not (syncfs(2)). */
extern int syncfs(int descriptor);
