// SPDX-License-Identifier: GPL-2.0
// The second of two objects that are linked, with externs that the first one has too.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig __weak;
extern int CONFIG_HZ __kconfig;
extern const int bpf_prog_active __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

struct operations {
	int (*start)(int number);
	int (*stop)(int number);
	char name[8];
};

SEC("struct_ops/start")
int start_second(unsigned long long *arguments)
{
	return (int)arguments[0] + 1;
}

SEC(".struct_ops")
struct operations second_operations = {
	.start = (void *)start_second,
	.name = "second",
};

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

SEC("socket")
int tail(struct __sk_buff *skb)
{
	return 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, int(void *));
} tails SEC(".maps") = {
	.values = {[1] = (void *)&tail},
};

SEC("socket")
int second(struct __sk_buff *skb)
{
	struct task_struct *task = (void *)(long)skb->mark;

	bpf_rcu_read_unlock();
	bpf_tail_call(skb, &tails, 1);
	return LINUX_KERNEL_VERSION + CONFIG_HZ + bpf_prog_active + __builtin_preserve_field_info(task->pid, 0);
}

char _license[] SEC("license") = "GPL";
__u32 _version SEC("version") = 0x60c00;
