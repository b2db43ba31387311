// SPDX-License-Identifier: GPL-2.0
// One of each kind of type that BTF knows and clang writes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum color { RED, GREEN = 7 };
enum signs { BELOW = -2, ABOVE = 3 };
enum wide { SMALL = 1, LARGE = 0x100000002ULL };
enum wide_signs { FAR_BELOW = -0x100000002LL };

struct unseen;
union unseen_union;
typedef unsigned long long counter;
typedef counter counters[3];

union either {
	int number;
	char letters[12];
};

struct everything {
	const volatile counter total;
	_Bool yes;
	char letter;
	enum color color;
	enum signs sign;
	enum wide wide;
	enum wide_signs wide_sign;
	union either either;
	unsigned low : 3;
	int high : 7;
	struct unseen *unseen;
	union unseen_union *unseen_union;
	struct everything *next;
	int (*callback)(struct everything *self, const char *restrict text);
	int __attribute__((btf_type_tag("user"))) *tagged;
	counters many[2];
	double real;
} __attribute__((btf_decl_tag("whole")));

struct everything anything __attribute__((btf_decl_tag("kept")));
static volatile int hidden;
const volatile short limit = 5;

__attribute__((noinline)) int twice(int number __attribute__((btf_decl_tag("argument"))))
{
	return number * 2 + hidden;
}

SEC("socket")
int types(struct __sk_buff *packet)
{
	anything.letter++;
	hidden = packet->len;
	return twice(limit);
}

char _license[] SEC("license") = "GPL";
