// SPDX-License-Identifier: GPL-2.0
// A struct of functions that no kernel but a virtual one has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct vm_ops {
	long (*add)(long a, long b);
	long (*count)(void);
	int number;
};

long calls;

SEC("struct_ops/add")
long add(__u64 *context)
{
	calls++;
	return context[0] + context[1];
}

SEC("struct_ops/count")
long count(__u64 *context)
{
	return calls;
}

SEC(".struct_ops.link")
struct vm_ops operations = {
	.add = (void *)add,
	.count = (void *)count,
	.number = 3,
};

char LICENSE[] SEC("license") = "GPL";
