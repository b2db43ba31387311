// A map with more entries from the start than it has room for.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int f(struct bpf_raw_tracepoint_args *ctx);

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __array(values, int(void *));
} steps SEC(".maps") = {.values = {[2] = (void *)&f}};

SEC("raw_tp/sys_enter")
int f(struct bpf_raw_tracepoint_args *ctx) {
  bpf_tail_call(ctx, &steps, 0);
  return 0;
}

char _license[] SEC("license") = "GPL";
