// SPDX-License-Identifier: GPL-2.0
// The first of two objects that are linked: externs that the loader resolves, and data that refers to functions and maps.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_BPF_SYSCALL __kconfig __weak;
extern const int bpf_prog_active __ksym;
extern void bpf_rcu_read_lock(void) __ksym __weak;

struct operations {
	int (*start)(int number);
	int (*stop)(int number);
	char name[8];
};

SEC("struct_ops/start")
int start_first(unsigned long long *arguments)
{
	return (int)arguments[0];
}

SEC(".struct_ops")
struct operations first_operations = {
	.start = (void *)start_first,
	.stop = (void *)start_first,
	.name = "first",
};

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} inner_first SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct inner);
} outer_first SEC(".maps") = {
	.values = {(void *)&inner_first},
};

SEC("socket")
int first(struct __sk_buff *skb)
{
	return LINUX_KERNEL_VERSION + CONFIG_BPF_SYSCALL + bpf_prog_active + (bpf_rcu_read_lock ? 1 : 0);
}

char _license[] SEC("license") = "GPL";
__u32 _version SEC("version") = 0x60c00;
