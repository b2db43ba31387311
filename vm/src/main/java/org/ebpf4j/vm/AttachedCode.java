package org.ebpf4j.vm;

import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Registry;
import org.jspecify.annotations.Nullable;

/// A link as it lives in the kernel: a program on a hook, for as long as something refers to it.
final class AttachedCode extends Kept {
  private final AttachPoint point;
  private final Registry registry;
  private @Nullable LoadedCode program;

  AttachedCode(AttachPoint point, LoadedCode program, Registry registry) {
    super(Kind.LINK, registry.newId(Kind.LINK));
    this.point = point;
    this.registry = registry;
    this.program = program;
    registry.hold(program);
  }

  AttachPoint point() {
    return point;
  }

  @Override
  public String name() {
    return point.describe();
  }

  /// The program; null where it was taken off.
  synchronized @Nullable LoadedCode program() {
    return program;
  }

  /// Takes the program off, or puts another in its place.
  synchronized @Nullable LoadedCode replace(@Nullable LoadedCode other) {
    var before = program;
    if (other != null) {
      registry.hold(other);
    }
    program = other;
    if (before != null) {
      registry.release(before);
    }
    return before;
  }

  @Override
  protected void released() {
    replace(null);
  }
}
