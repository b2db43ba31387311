/* A library for tests of symbols: versions, an alias, a function that is chosen when it is loaded, a weak one, an import. */
#define NOINLINE __attribute__((noinline, noclone))

extern int imported(int n);

int old_answer(int n) { return n + 1; }
int new_answer(int n) { return n + 2; }
asm(".symver old_answer, answer@FIRST");
asm(".symver new_answer, answer@@SECOND");

int only_old_code(int n) { return n + 3; }
asm(".symver only_old_code, only_old@FIRST");

int plain(int n) { return imported(n) + 4; }
int plain_alias(int n) __attribute__((alias("plain")));
__attribute__((weak)) int weak(int n) { return n + 5; }

static int chosen_code(int n) { return n + 6; }
static void *choose(void) { return chosen_code; }
int chosen(int n) __attribute__((ifunc("choose")));
