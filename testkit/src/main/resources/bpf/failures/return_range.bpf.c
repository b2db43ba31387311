// A program whose return values are 0 and 1 returns 7.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/sock_create")
int f(struct bpf_sock *ctx) {
  return 7;
}

char _license[] SEC("license") = "GPL";
