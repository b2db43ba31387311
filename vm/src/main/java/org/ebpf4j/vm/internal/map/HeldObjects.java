package org.ebpf4j.vm.internal.map;

import java.util.function.Predicate;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Registry;
import org.jspecify.annotations.Nullable;

/// Maps or programs as values: written by the number of one that is open, read as an id. Each is
/// held once.
public final class HeldObjects implements Content {
  private final Registry registry;
  private final Content ids;
  private final boolean array;
  private final Kept.Kind kind;
  private final Predicate<Kept> fits;

  /// @param ids the ids, by key; 0 where an array holds none
  /// @param array whether its keys are indices
  /// @param fits what it takes
  HeldObjects(Registry registry, Content ids, boolean array, Kept.Kind kind, Predicate<Kept> fits) {
    this.registry = registry;
    this.ids = ids;
    this.array = array;
    this.kind = kind;
    this.fits = fits;
  }

  /// The object at a key; null where there is none.
  public @Nullable Kept at(byte[] key) {
    var id = get(key);
    return id == null ? null : registry.find(kind, Values.u32(id));
  }

  @Override
  public long address(byte[] key, int cpu) {
    return at(key) instanceof Store held ? held.address() : 0;
  }

  private void release(@Nullable Kept before) {
    if (before != null) {
      registry.release(before);
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var id = ids.get(key);
    return id == null || Values.u32(id) == 0 ? null : id;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    var held = registry.opened(Values.u32(value));
    if (held == null) {
      return Errno.EBADF;
    }
    if (held.kind() != kind || !fits.test(held)) {
      return Errno.EINVAL;
    }
    var before = at(key);
    var errno = ids.put(key, Values.u32(held.id()), mode);
    if (errno == 0) {
      registry.hold(held);
      release(before);
    }
    return errno;
  }

  @Override
  public int remove(byte[] key) {
    var before = at(key);
    if (before == null) {
      return Errno.ENOENT;
    }
    var errno = array ? ids.put(key, new byte[4], ANY) : ids.remove(key);
    release(before);
    return errno;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return ids.next(key);
  }

  @Override
  public void release() {
    for (var key = ids.next(null); key != null; key = ids.next(key)) {
      release(at(key));
    }
    ids.release();
  }
}
