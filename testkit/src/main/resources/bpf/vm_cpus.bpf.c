// SPDX-License-Identifier: GPL-2.0
// Sets of CPUs: what each function says of two, and of what it makes of them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct cpumask {
	unsigned long bits[1];
} __attribute__((preserve_access_index));

struct bpf_cpumask {
	struct cpumask cpumask;
} __attribute__((preserve_access_index));

extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern struct bpf_cpumask *bpf_cpumask_acquire(struct bpf_cpumask *mask) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) __ksym;
extern __u32 bpf_cpumask_first(const struct cpumask *mask) __ksym;
extern __u32 bpf_cpumask_first_zero(const struct cpumask *mask) __ksym;
extern __u32 bpf_cpumask_first_and(const struct cpumask *a, const struct cpumask *b) __ksym;
extern void bpf_cpumask_set_cpu(__u32 cpu, struct bpf_cpumask *mask) __ksym;
extern void bpf_cpumask_clear_cpu(__u32 cpu, struct bpf_cpumask *mask) __ksym;
extern _Bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *mask) __ksym;
extern _Bool bpf_cpumask_test_and_set_cpu(__u32 cpu, struct bpf_cpumask *mask) __ksym;
extern _Bool bpf_cpumask_test_and_clear_cpu(__u32 cpu, struct bpf_cpumask *mask) __ksym;
extern void bpf_cpumask_setall(struct bpf_cpumask *mask) __ksym;
extern void bpf_cpumask_clear(struct bpf_cpumask *mask) __ksym;
extern _Bool bpf_cpumask_and(struct bpf_cpumask *to, const struct cpumask *a, const struct cpumask *b) __ksym;
extern void bpf_cpumask_or(struct bpf_cpumask *to, const struct cpumask *a, const struct cpumask *b) __ksym;
extern void bpf_cpumask_xor(struct bpf_cpumask *to, const struct cpumask *a, const struct cpumask *b) __ksym;
extern _Bool bpf_cpumask_equal(const struct cpumask *a, const struct cpumask *b) __ksym;
extern _Bool bpf_cpumask_intersects(const struct cpumask *a, const struct cpumask *b) __ksym;
extern _Bool bpf_cpumask_subset(const struct cpumask *a, const struct cpumask *b) __ksym;
extern _Bool bpf_cpumask_empty(const struct cpumask *mask) __ksym;
extern _Bool bpf_cpumask_full(const struct cpumask *mask) __ksym;
extern void bpf_cpumask_copy(struct bpf_cpumask *to, const struct cpumask *from) __ksym;
extern __u32 bpf_cpumask_any_distribute(const struct cpumask *mask) __ksym;
extern __u32 bpf_cpumask_weight(const struct cpumask *mask) __ksym;

#define SET(mask) ((const struct cpumask *)(mask))
#define TELL(value) (out[n++] = (value))

__s64 out[48];

SEC("syscall")
int sets(void *ctx)
{
	struct bpf_cpumask *a = bpf_cpumask_create(), *b, *c, *again;
	int n = 0;

	if (!a)
		return -1;
	b = bpf_cpumask_create();
	if (!b) {
		bpf_cpumask_release(a);
		return -2;
	}
	c = bpf_cpumask_create();
	if (!c) {
		bpf_cpumask_release(a);
		bpf_cpumask_release(b);
		return -3;
	}
	again = bpf_cpumask_acquire(a);
	bpf_cpumask_release(again);
	TELL(bpf_cpumask_empty(SET(a)));
	bpf_cpumask_set_cpu(1, a);
	bpf_cpumask_set_cpu(100000, a);
	TELL(bpf_cpumask_weight(SET(a)));
	TELL(bpf_cpumask_first(SET(a)));
	TELL(bpf_cpumask_first_zero(SET(a)));
	TELL(bpf_cpumask_test_cpu(1, SET(a)));
	TELL(bpf_cpumask_test_cpu(0, SET(a)));
	TELL(bpf_cpumask_test_cpu(100000, SET(a)));
	TELL(bpf_cpumask_test_and_set_cpu(1, a));
	TELL(bpf_cpumask_test_and_set_cpu(0, b));
	TELL(bpf_cpumask_test_and_clear_cpu(0, b));
	TELL(bpf_cpumask_test_and_clear_cpu(0, b));
	bpf_cpumask_set_cpu(0, b);
	TELL(bpf_cpumask_intersects(SET(a), SET(b)));
	TELL(bpf_cpumask_and(c, SET(a), SET(b)));
	TELL(bpf_cpumask_empty(SET(c)));
	bpf_cpumask_or(c, SET(a), SET(b));
	TELL(bpf_cpumask_weight(SET(c)));
	TELL(bpf_cpumask_first(SET(c)));
	TELL(bpf_cpumask_subset(SET(a), SET(c)));
	TELL(bpf_cpumask_subset(SET(c), SET(a)));
	TELL(bpf_cpumask_first_and(SET(c), SET(a)));
	bpf_cpumask_xor(b, SET(c), SET(a));
	TELL(bpf_cpumask_first(SET(b)));
	TELL(bpf_cpumask_weight(SET(b)));
	bpf_cpumask_copy(b, SET(a));
	TELL(bpf_cpumask_equal(SET(a), SET(b)));
	TELL(bpf_cpumask_any_distribute(SET(a)));
	bpf_cpumask_clear_cpu(1, a);
	TELL(bpf_cpumask_equal(SET(a), SET(b)));
	bpf_cpumask_setall(a);
	TELL(bpf_cpumask_full(SET(a)));
	TELL(bpf_cpumask_test_cpu(0, SET(a)));
	bpf_cpumask_clear(a);
	TELL(bpf_cpumask_empty(SET(a)));
	bpf_cpumask_release(a);
	bpf_cpumask_release(b);
	bpf_cpumask_release(c);
	return n;
}

char _license[] SEC("license") = "GPL";
