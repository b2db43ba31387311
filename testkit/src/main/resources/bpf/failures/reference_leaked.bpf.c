// A record of a ring buffer is reserved and, on one path, neither sent nor given back.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

SEC("raw_tp/sys_enter")
int f(struct bpf_raw_tracepoint_args *ctx) {
  __u64 *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  if (!event)
    return 0;
  *event = ctx->args[1];
  if (*event == 7)
    return 1;
  bpf_ringbuf_submit(event, 0);
  return 0;
}

char _license[] SEC("license") = "GPL";
