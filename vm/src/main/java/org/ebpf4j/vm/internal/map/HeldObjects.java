package org.ebpf4j.vm.internal.map;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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
  private final Optional<Long> count;
  private final Kept.Kind kind;
  private final Predicate<Kept> fits;

  /// @param ids the ids, by key
  /// @param count how many indices there are; empty where keys are none
  /// @param fits what it takes
  HeldObjects(
      Registry registry, Content ids, Optional<Long> count, Kept.Kind kind, Predicate<Kept> fits) {
    this.registry = registry;
    this.ids = ids;
    this.count = count;
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

  private boolean has(byte[] key) {
    return count.isEmpty() || Integer.toUnsignedLong(Values.u32(key)) < count.get();
  }

  private void release(@Nullable Kept before) {
    if (before != null) {
      registry.release(before);
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return ids.get(key);
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (count.isPresent() && mode != ANY) {
      return Errno.EINVAL;
    }
    if (!has(key)) {
      return Errno.E2BIG;
    }
    var held = registry.opened(Values.u32(value));
    if (held == null) {
      return Errno.EBADF;
    }
    if (held.kind() != kind || !fits.test(held)) {
      return Errno.EINVAL;
    }
    var before = at(key);
    registry.hold(held);
    var errno = ids.put(key, Values.u32(held.id()), mode);
    release(errno == 0 ? before : held);
    return errno;
  }

  @Override
  public int remove(byte[] key) {
    if (!has(key)) {
      return Errno.E2BIG;
    }
    var before = at(key);
    var errno = ids.remove(key);
    release(before);
    return errno;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return count.isPresent() ? Values.nextIndex(key, count.get()) : ids.next(key);
  }

  @Override
  public List<Kept.Held> held() {
    var all = new ArrayList<Kept.Held>();
    for (var key = ids.next(null); key != null; key = ids.next(key)) {
      var object = at(key);
      if (object != null) {
        all.add(new Kept.Held(object, "key " + HexFormat.ofDelimiter(" ").formatHex(key)));
      }
    }
    return all;
  }

  /// An array of programs is emptied with its last user, as programs in it may hold the array.
  @Override
  public void unused() {
    if (kind == Kept.Kind.PROGRAM) {
      for (var key = ids.next(null); key != null; key = ids.next(null)) {
        remove(key);
      }
    }
  }

  @Override
  public void release() {
    for (var key = ids.next(null); key != null; key = ids.next(key)) {
      release(at(key));
    }
    ids.release();
  }
}
