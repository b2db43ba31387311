// SPDX-License-Identifier: GPL-2.0
// What a program sees of the kernel's configuration.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool LINUX_HAS_BPF_COOKIE __kconfig;
extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
extern int LINUX_NO_SUCH_FACT __kconfig __weak;
extern _Bool CONFIG_BPF_SYSCALL __kconfig;
extern _Bool CONFIG_EBPF4J_BOOL __kconfig __weak;
extern enum libbpf_tristate CONFIG_EBPF4J_TRISTATE __kconfig __weak;
extern char CONFIG_EBPF4J_CHAR __kconfig __weak;
extern int CONFIG_EBPF4J_INT __kconfig __weak;
extern unsigned long CONFIG_EBPF4J_HEX __kconfig __weak;
extern const char CONFIG_EBPF4J_STRING[6] __kconfig __weak;

int version, no_such_fact, number, has_cookie, has_wrapper, has_bpf, yes, choice;
unsigned long hex;
char letter, text[6];

SEC("raw_tp/task_rename")
int look(void *ctx)
{
	version = LINUX_KERNEL_VERSION;
	has_cookie = LINUX_HAS_BPF_COOKIE;
	has_wrapper = LINUX_HAS_SYSCALL_WRAPPER;
	no_such_fact = LINUX_NO_SUCH_FACT;
	has_bpf = CONFIG_BPF_SYSCALL;
	yes = CONFIG_EBPF4J_BOOL;
	choice = CONFIG_EBPF4J_TRISTATE;
	letter = CONFIG_EBPF4J_CHAR;
	number = CONFIG_EBPF4J_INT;
	hex = CONFIG_EBPF4J_HEX;
	for (int i = 0; i < 6; i++)
		text[i] = CONFIG_EBPF4J_STRING[i];
	return 0;
}

char _license[] SEC("license") = "GPL";
