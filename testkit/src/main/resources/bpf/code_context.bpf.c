// SPDX-License-Identifier: GPL-2.0
// Global functions whose parameters are the context only by their tags, called by programs of several types.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define CONTEXT __attribute__((btf_decl_tag("arg:ctx")))

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

int raw_calls, packet_calls;
__u64 argument;

/* Its helper takes nothing but the context. */
__noinline int tell(int by, void *ctx CONTEXT)
{
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &by, sizeof(by));
	return by;
}

__noinline int take(__u64 *ctx CONTEXT)
{
	return ctx[1];
}

struct pt_regs {
	unsigned long unimportant;
};

__noinline int registers(struct pt_regs *ctx CONTEXT)
{
	int number = 7;

	return bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &number, sizeof(number)) == 0;
}

SEC("raw_tp")
int code_raw(__u64 *ctx)
{
	raw_calls += tell(3, ctx);
	argument = take(ctx);
	return 0;
}

SEC("xdp")
int code_xdp(struct xdp_md *ctx)
{
	packet_calls += tell(4, ctx);
	return XDP_PASS;
}

SEC("kprobe")
int code_kprobe(void *ctx)
{
	return tell(5, ctx) + registers(ctx);
}

/* Its type has no struct that the context goes by. */
SEC("?tracepoint")
int code_tracepoint(void *ctx)
{
	return tell(6, ctx);
}

char _license[] SEC("license") = "GPL";
