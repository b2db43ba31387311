package org.ebpf4j.linux.internal.attach;

import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Ksyscall;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.load.KernelFeature;

/// A place in the kernel's code that a probe goes to.
///
/// @param module the module; empty for the kernel, or any module
/// @param symbol the function; empty for an address
/// @param offset bytes into the function; without a function the address
/// @param onReturn whether the probe is of the return from the function
/// @param cookie what the program can ask for there; 0 for nothing
/// @param call the system call that the function serves; empty for other functions
record KernelCode(
    String module, String symbol, long offset, boolean onReturn, long cookie, String call) {

  static KernelCode of(Kprobe point) {
    return new KernelCode(
        point.module(), point.symbol(), point.offset(), false, point.cookie(), "");
  }

  static KernelCode of(Kretprobe point) {
    return new KernelCode(
        point.module(), point.symbol(), point.address(), true, point.cookie(), "");
  }

  static KernelCode of(Ksyscall point) {
    return new KernelCode(
        "", prefix() + point.name(), 0, point.onReturn(), point.cookie(), point.name());
  }

  /// What the functions of system calls begin with. Where they have wrappers, the program takes its
  /// arguments from those; libbpf's `BPF_KSYSCALL` asks the same.
  static String prefix() {
    if (!KernelFeatures.ofProcess().has(KernelFeature.SYSCALL_WRAPPER)) {
      return "__se_sys_";
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "__x64_sys_";
      case "aarch64" -> "__arm64_sys_";
      case "riscv64" -> "__riscv_sys_";
      default -> "__se_sys_";
    };
  }

  boolean isAddress() {
    return symbol.isEmpty();
  }

  /// The same place, by its address.
  ///
  /// @param start the address of the function
  KernelCode at(long start) {
    return new KernelCode("", "", start + offset, onReturn, cookie, call);
  }

  /// The function as the kernel reads it: `nf_conntrack:nf_ct_get`.
  String name() {
    return module.isEmpty() ? symbol : module + ":" + symbol;
  }

  /// The place as tracefs reads it: `nf_conntrack:nf_ct_get+4`, `0xffffffff812a3c10`.
  @Override
  public String toString() {
    return isAddress()
        ? "0x" + Long.toHexString(offset)
        : name() + (offset == 0 ? "" : "+" + offset);
  }
}
