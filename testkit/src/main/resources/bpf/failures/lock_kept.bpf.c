// A lock is taken and, on one path, not given back.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct entry {
  struct bpf_spin_lock lock;
  __u64 time;
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct entry);
} entries SEC(".maps");

SEC("tc")
int f(struct __sk_buff *ctx) {
  __u32 key = 0;
  struct entry *entry = bpf_map_lookup_elem(&entries, &key);
  if (!entry)
    return 0;
  bpf_spin_lock(&entry->lock);
  entry->time = ctx->len;
  return 0;
}

char _license[] SEC("license") = "GPL";
