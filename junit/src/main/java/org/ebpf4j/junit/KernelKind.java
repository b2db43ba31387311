package org.ebpf4j.junit;

/// The kernels that tests run on.
public enum KernelKind {
  /// The kernel inside the JVM, [org.ebpf4j.vm.VirtualKernel]: on any system, without privileges.
  VIRTUAL,
  /// Programs in Java as plain methods, [org.ebpf4j.program.run.JvmKernel]: for classes
  /// ([BpfTest#classes()]), not for object files.
  JVM,
  /// This machine's kernel. A test is skipped where it cannot run on it.
  LINUX
}
