package org.ebpf4j.linux.internal.attachment;

import org.ebpf4j.linux.internal.sys.Fd;

/// The program that is on a hook without links: a descriptor of our own, as the hook is told which
/// program to take off. The attachment that has it guards it.
public final class HeldProgram {
  private Fd fd;

  private HeldProgram(Fd fd) {
    this.fd = fd;
  }

  /// The program that a descriptor of somebody else's refers to.
  ///
  /// @param hook the descriptor of the hook, which is closed where this fails
  public static HeldProgram of(int program, Fd hook) {
    try {
      return new HeldProgram(Fd.duplicate(program));
    } catch (RuntimeException | Error e) {
      hook.close();
      throw e;
    }
  }

  /// The descriptor.
  public int number() {
    return fd.number();
  }

  /// Becomes another program, once `change` has put that on the hook.
  public void become(int program, Runnable change) {
    var next = Fd.duplicate(program);
    try {
      change.run();
    } catch (RuntimeException | Error e) {
      next.close();
      throw e;
    }
    fd.close();
    fd = next;
  }

  public void close() {
    fd.close();
  }
}
