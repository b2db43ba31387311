// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
// Counts what threads of one name do: a program for any place, one for its return, and system calls by their names.
#include <linux/bpf.h>

/* As the types of the kernel have it on x86-64. */
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
#define __VMLINUX_H__

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "marked.h"

SEC("kprobe")
int entry(struct pt_regs *ctx)
{
	if (is_marked())
		count(0);
	return 0;
}

SEC("kretprobe")
int leave(struct pt_regs *ctx)
{
	if (is_marked()) {
		count(1);
		keep(2, PT_REGS_RC(ctx));
	}
	return 0;
}

SEC("ksyscall/openat")
int BPF_KSYSCALL(call, int directory, const char *name, int flags)
{
	if (is_marked()) {
		count(3);
		keep(4, (__s64)directory);
	}
	return 0;
}

SEC("kretsyscall/openat")
int BPF_KRETPROBE(result, int descriptor)
{
	if (is_marked()) {
		count(5);
		keep(6, (__s64)descriptor);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
