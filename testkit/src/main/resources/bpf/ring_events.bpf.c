// Programs that put records into rings: one for each run.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
  __u64 sequence;
  __u32 cpu;
  __u32 check;
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} others SEC(".maps");

// So that the type is known.
const struct event *unused __attribute__((unused));

__u64 sent;
__u64 lost;
__u64 wakeup_flags;

static __always_inline int put(void *ring) {
  struct event *event = bpf_ringbuf_reserve(ring, sizeof(*event), 0);
  __u64 sequence = __sync_fetch_and_add(&sent, 1);
  if (!event) {
    __sync_fetch_and_add(&lost, 1);
    return 1;
  }
  event->sequence = sequence;
  event->cpu = bpf_get_smp_processor_id();
  event->check = (__u32)sequence ^ 0x5a5a5a5a;
  bpf_ringbuf_submit(event, wakeup_flags);
  return 0;
}

SEC("socket")
int emit(struct __sk_buff *ctx) {
  return put(&events);
}

SEC("socket")
int emit_other(struct __sk_buff *ctx) {
  return put(&others);
}

SEC("socket")
int discard(struct __sk_buff *ctx) {
  struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  if (!event)
    return 1;
  bpf_ringbuf_discard(event, 0);
  return 0;
}

SEC("socket")
int emit_short(struct __sk_buff *ctx) {
  __u32 text = 7;
  return bpf_ringbuf_output(&events, &text, sizeof(text), 0) ? 1 : 0;
}

SEC("socket")
int emit_long(struct __sk_buff *ctx) {
  __u64 words[50] = {};
  words[0] = 42;
  words[49] = 99;
  return bpf_ringbuf_output(&events, words, sizeof(words) - 3, 0) ? 1 : 0;
}

char LICENSE[] SEC("license") = "GPL";
