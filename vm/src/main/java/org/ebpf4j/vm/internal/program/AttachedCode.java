package org.ebpf4j.vm.internal.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Registry;
import org.jspecify.annotations.Nullable;

/// A link as it lives in the kernel: a program on a hook, for as long as something refers to it.
public final class AttachedCode extends Kept {
  private final AttachPoint point;
  private final Optional<HostObject> cgroup;
  private final Registry registry;
  private @Nullable LoadedCode program;

  /// @param cgroup the cgroup that it is attached to, if any, which lives as long
  public AttachedCode(
      AttachPoint point, LoadedCode program, Optional<HostObject> cgroup, Registry registry) {
    super(Kind.LINK, registry.newId(Kind.LINK));
    this.point = point;
    this.registry = registry;
    this.program = program;
    this.cgroup = cgroup;
    registry.hold(program);
    cgroup.ifPresent(registry::hold);
  }

  public AttachPoint point() {
    return point;
  }

  @Override
  public String name() {
    return point.describe();
  }

  /// The program; null where it was taken off.
  public @Nullable LoadedCode program() {
    synchronized (registry) {
      return program;
    }
  }

  /// Takes the program off.
  public void detach() {
    put(null);
  }

  private void put(@Nullable LoadedCode other) {
    LoadedCode before;
    synchronized (registry) {
      before = program;
      program = other;
    }
    if (before != null) {
      registry.release(before);
    }
  }

  /// Puts another program in the place of what is there.
  ///
  /// @param expected what is to be there, or null for any
  /// @return whether it was put; not where another is there
  /// @throws IllegalStateException where it was taken off
  public boolean update(LoadedCode other, @Nullable LoadedCode expected) {
    LoadedCode before;
    synchronized (registry) {
      before = program;
      if (before == null) {
        throw new IllegalStateException("the link to " + name() + " is detached");
      }
      if (expected != null && !isSame(before, expected)) {
        return false;
      }
      registry.hold(other);
      program = other;
    }
    registry.release(before);
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // The very one is meant.
  private static boolean isSame(LoadedCode one, LoadedCode other) {
    return one == other;
  }

  @Override
  public List<Held> held() {
    var now = program();
    var all = new ArrayList<Held>();
    if (now != null) {
      all.add(new Held(now, ""));
    }
    cgroup.ifPresent(held -> all.add(new Held(held, "")));
    return all;
  }

  @Override
  protected void released() {
    detach();
    cgroup.ifPresent(registry::release);
  }
}
