// A value of the kernel configuration that it has not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int CONFIG_NO_SUCH_THING __kconfig;

SEC("raw_tp/sys_enter")
int f(void *ctx) {
  return CONFIG_NO_SUCH_THING;
}

char _license[] SEC("license") = "GPL";
