package org.ebpf4j.junit;

/// The kernels that tests run on.
public enum KernelKind {
  /// The kernel inside the JVM, [org.ebpf4j.vm.VirtualKernel]: on any system, without privileges.
  VIRTUAL,
  /// This machine's kernel. A test is skipped where it cannot run on it.
  LINUX
}
