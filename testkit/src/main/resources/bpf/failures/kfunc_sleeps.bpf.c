// A kernel function that may sleep, in a program that may not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct bpf_key {
  int has_ref;
} __attribute__((preserve_access_index));
extern struct bpf_key *bpf_lookup_user_key(__u32 serial, __u64 flags) __ksym;
extern void bpf_key_put(struct bpf_key *key) __ksym;

SEC("tp_btf/task_newtask")
int f(void *ctx) {
  struct bpf_key *key = bpf_lookup_user_key(1, 0);
  if (key)
    bpf_key_put(key);
  return 0;
}

char _license[] SEC("license") = "GPL";
