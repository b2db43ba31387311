/* A program for tests of user probes. It wants no library, so that it runs everywhere. For each byte that it reads it calls its
   functions, and writes a byte: '0' and how often its semaphore is counted up. */
#include "probe.h"

#define NOINLINE __attribute__((noinline, noclone))

unsigned short ebpf4j_watched_semaphore __attribute__((section(".probes"), used));

static long call(long number, long a, long b, long c)
{
	long result;

	asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

NOINLINE int work_one(int n)
{
	asm volatile("" : "+r"(n));
	return n + 1;
}

NOINLINE int work_two(int n)
{
	asm volatile("" : "+r"(n));
	return n + 2;
}

NOINLINE int work_three(int n)
{
	asm volatile("" : "+r"(n));
	return n + 3;
}

static NOINLINE int local_work(int n)
{
	asm volatile("" : "+r"(n));
	return n + 4;
}

NOINLINE void tick(int n, const char *text, short small)
{
	long numbers[2] = {11, 22};

	asm volatile(NOTE("ebpf4j", "tick", "0", "-4@%0 8@%1 -2@%2 8@%3 -4@$-7")
		     : : "r"(n), "r"(text), "r"(small), "m"(numbers[1]), "m"(numbers[0]));
}

NOINLINE void tick_again(int n)
{
	asm volatile(NOTE("ebpf4j", "tick", "0", "-4@%0") : : "r"(n * 10));
}

NOINLINE void watched(int n)
{
	asm volatile(NOTE("ebpf4j", "watched", "ebpf4j_watched_semaphore", "-4@%0") : : "r"(n));
}

NOINLINE void indexed(const int *numbers, long i)
{
	asm volatile(NOTE("ebpf4j", "indexed", "0", "-4@4(%0,%1,4)") : : "r"(numbers), "r"(i), "m"(numbers[i + 1]));
}

__attribute__((force_align_arg_pointer)) void _start(void)
{
	static const int numbers[] = {100, 101, 102, 103};
	char byte;
	int n = 0;

	while (call(0, 0, (long)&byte, 1) == 1) {
		n++;
		local_work(work_three(work_two(work_one(n))));
		tick(n, "hello", -3);
		tick_again(n);
		if (*(volatile unsigned short *)&ebpf4j_watched_semaphore)
			watched(n);
		indexed(numbers, 2);
		byte = '0' + *(volatile unsigned short *)&ebpf4j_watched_semaphore;
		call(1, 1, (long)&byte, 1);
	}
	call(60, 0, 0, 0);
}
