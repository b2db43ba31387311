// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
// Probes on many functions, and on one with eight arguments.
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("kprobe.multi")
int on_many(struct pt_regs *ctx)
{
	return bpf_get_attach_cookie(ctx);
}

/* Arguments behind the sixth are on the stack, behind the address that the function returns to. */
SEC("kprobe")
int many_arguments(struct pt_regs *ctx)
{
	long seventh = 0, eighth = 0;
	long failed = bpf_probe_read_kernel(&seventh, 8, (void *)PT_REGS_SP(ctx) + 8);

	if (!failed)
		failed = bpf_probe_read_kernel(&eighth, 8, (void *)PT_REGS_SP(ctx) + 16);
	return failed ? failed : PT_REGS_PARM1(ctx) + ctx->r9 + seventh + eighth;
}

SEC("uprobe")
int many_of_process(struct pt_regs *ctx)
{
	long seventh = 0, eighth = 0;
	long failed = bpf_probe_read_user(&seventh, 8, (void *)PT_REGS_SP(ctx) + 8);

	if (!failed)
		failed = bpf_probe_read_user(&eighth, 8, (void *)PT_REGS_SP(ctx) + 16);
	return failed ? failed : PT_REGS_PARM1(ctx) + ctx->r9 + seventh + eighth;
}

char _license[] SEC("license") = "GPL";
