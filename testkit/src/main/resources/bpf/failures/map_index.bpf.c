// An index into the value of a map that is compared with too large a number.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 8);
  __type(key, __u32);
  __type(value, __u32[16]);
} table SEC(".maps");

SEC("raw_tp/sys_enter")
int f(struct bpf_raw_tracepoint_args *ctx) {
  __u32 key = 0;
  __u32 *value = bpf_map_lookup_elem(&table, &key);
  __u64 index = ctx->args[1];
  if (!value || index > 16)
    return 0;
  return value[index] & 1;
}

char _license[] SEC("license") = "GPL";
