// A program that takes records out of a ring that user space writes to.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
  __uint(max_entries, 4096);
} commands SEC(".maps");

__u64 count;
__u64 sum;

static long take(struct bpf_dynptr *record, void *context) {
  __u64 *value = bpf_dynptr_data(record, 0, sizeof(*value));
  if (!value)
    return 0;
  count++;
  sum += *value;
  return 0;
}

SEC("socket")
int drain(struct __sk_buff *ctx) {
  return bpf_user_ringbuf_drain(&commands, take, 0, 0);
}

char LICENSE[] SEC("license") = "GPL";
