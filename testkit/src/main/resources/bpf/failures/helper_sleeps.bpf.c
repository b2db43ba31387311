// A helper that may sleep, in a program that may not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp_btf/sys_enter")
int f(unsigned long long *ctx) {
  char name[16] = {};
  bpf_copy_from_user(name, sizeof(name), (void *)ctx[1]);
  return name[0] & 1;
}

char _license[] SEC("license") = "GPL";
