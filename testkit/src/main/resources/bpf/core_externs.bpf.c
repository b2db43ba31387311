// SPDX-License-Identifier: GPL-2.0
// What a program takes from the kernel (its functions, symbols and configuration), and what it hides from other objects.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct;

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_BPF_JIT __kconfig __weak;
extern unsigned long CONFIG_HZ __kconfig __weak;
extern char CONFIG_DEFAULT_HOSTNAME[20] __kconfig __weak;
extern const char CONFIG_CC_VERSION_TEXT[9] __kconfig __weak;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig __weak;

extern const void init_task __ksym;
extern const int bpf_prog_active __ksym __weak;
extern struct task_struct *bpf_task_from_pid(int) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

int shown = 1;
__hidden int hidden = 2;
__weak int weak = 3;
static volatile int own;
int zeroes[3];
__hidden int hidden_zero;

__hidden __noinline int hidden_function(int number)
{
	own += number;
	return own + hidden;
}

__noinline int shown_function(int number)
{
	return hidden_function(number) + shown;
}

__hidden __noinline __weak int hidden_weak_function(int number)
{
	own -= number;
	return own + weak;
}

SEC("tp_btf/task_newtask")
int take(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (task)
		bpf_task_release(task);
	zeroes[1] = LINUX_KERNEL_VERSION + CONFIG_BPF_JIT + CONFIG_HZ + CONFIG_DEFAULT_HOSTNAME[1] + CONFIG_CC_VERSION_TEXT[0] +
		    CONFIG_IPV6;
	hidden_zero = shown_function(zeroes[2]) + hidden_weak_function(3);
	return &bpf_prog_active ? bpf_prog_active : (long)&init_task & 1;
}

char _license[] SEC("license") = "GPL";
