// A helper for programs under the GPL, in one that is not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  bpf_printk("hello");
  return 0;
}

char _license[] SEC("license") = "Proprietary";
