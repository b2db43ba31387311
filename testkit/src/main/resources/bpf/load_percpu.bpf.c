// SPDX-License-Identifier: GPL-2.0
// A variable of the kernel with its type, one for each CPU.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct rq {
	int cpu;
} __attribute__((preserve_access_index));

extern const struct rq runqueues __ksym;

int own_cpu = -1, asked_cpu = -1, first_cpu = -1, beyond = -1;

SEC("raw_tp/task_rename")
int look(void *ctx)
{
	struct rq *rq;

	own_cpu = ((struct rq *)bpf_this_cpu_ptr(&runqueues))->cpu;
	asked_cpu = bpf_get_smp_processor_id();
	rq = (struct rq *)bpf_per_cpu_ptr(&runqueues, 0);
	if (rq)
		first_cpu = rq->cpu;
	beyond = bpf_per_cpu_ptr(&runqueues, 1 << 20) != 0;
	return 0;
}

char _license[] SEC("license") = "GPL";
