package org.ebpf4j.vm.internal.program;

import java.util.List;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Registry;

/// A struct of functions that is registered, as it lives in the kernel: it holds its map and its
/// programs.
public final class RegisteredStruct extends Kept {
  private final Registry registry;
  private String map;
  private List<? extends Kept> held;

  public RegisteredStruct(Registry registry, String map, List<? extends Kept> held) {
    super(Kind.LINK, registry.newId(Kind.LINK));
    this.registry = registry;
    this.map = map;
    this.held = List.copyOf(held);
    this.held.forEach(registry::hold);
  }

  @Override
  public synchronized String name() {
    return map;
  }

  /// Whether it is registered with this map.
  public synchronized boolean has(Kept store) {
    return held.contains(store);
  }

  public synchronized boolean isAttached() {
    return !held.isEmpty();
  }

  /// Puts another in its place, or nothing.
  public synchronized void replace(String other, List<? extends Kept> by) {
    by.forEach(registry::hold);
    held.forEach(registry::release);
    map = other;
    held = List.copyOf(by);
  }

  @Override
  protected void released() {
    replace(name(), List.of());
  }
}
