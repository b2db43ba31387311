package org.ebpf4j.contract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapSpec;
import org.jspecify.annotations.Nullable;

/// Maps as values: written by the number of an open map, read as an id. Each is held once.
final class HeldMaps implements Content {
  private final MapsKernel kernel;
  private final Content ids;
  private final boolean array;
  private final MapSpec inner;

  /// @param ids the ids, by key; 0 where an array holds none
  HeldMaps(MapsKernel kernel, Content ids, boolean array, MapSpec inner) {
    this.kernel = kernel;
    this.ids = ids;
    this.array = array;
    this.inner = inner;
  }

  private static int number(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
  }

  private boolean fits(MapSpec spec) {
    return spec.type() == inner.type()
        && spec.keySize() == inner.keySize()
        && spec.valueSize() == inner.valueSize()
        && spec.flags() == inner.flags();
  }

  private void release(byte @Nullable [] id) {
    if (id != null) {
      kernel.release(kernel.alive(number(id)));
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var id = ids.get(key);
    return id == null || number(id) == 0 ? null : id;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    var held = kernel.opened(number(value));
    if (held == null) {
      return Errno.EBADF;
    }
    if (!fits(held.spec())) {
      return Errno.EINVAL;
    }
    var before = get(key);
    var errno = ids.put(key, Values.u32(held.id()), mode);
    if (errno == 0) {
      kernel.hold(held);
      release(before);
    }
    return errno;
  }

  @Override
  public int remove(byte[] key) {
    var before = get(key);
    if (before == null) {
      return Errno.ENOENT;
    }
    var errno = array ? ids.put(key, new byte[4], 0) : ids.remove(key);
    release(before);
    return errno;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    throw new Unsupported();
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return ids.next(key);
  }

  @Override
  public boolean takesMany() {
    return false;
  }

  /// Lets go of all, as the map itself is gone.
  void releaseAll() {
    for (var key = ids.next(null); key != null; key = ids.next(key)) {
      release(get(key));
    }
  }
}
