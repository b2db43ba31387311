// SPDX-License-Identifier: GPL-2.0
// Each program but the first wants something that no kernel has.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const void ebpf4j_strong_symbol __ksym;
extern const int ebpf4j_strong_variable __ksym;
extern void ebpf4j_strong_function(void) __ksym;
extern void ebpf4j_weak_function(void) __ksym __weak;

SEC("raw_tp/task_rename")
int nothing(void *ctx)
{
	return 5;
}

SEC("raw_tp/task_rename")
int symbol(void *ctx)
{
	return (long)&ebpf4j_strong_symbol & 1;
}

SEC("raw_tp/task_rename")
int variable(void *ctx)
{
	return *(int *)bpf_this_cpu_ptr(&ebpf4j_strong_variable);
}

SEC("raw_tp/task_rename")
int function(void *ctx)
{
	ebpf4j_strong_function();
	return 0;
}

SEC("raw_tp/task_rename")
int unguarded(void *ctx)
{
	ebpf4j_weak_function();
	return 0;
}

char _license[] SEC("license") = "GPL";
