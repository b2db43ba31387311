// A kernel symbol that the kernel has not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const void no_such_symbol __ksym;

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  return (long)&no_such_symbol & 1;
}

char _license[] SEC("license") = "GPL";
