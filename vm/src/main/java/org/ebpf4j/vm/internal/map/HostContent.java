package org.ebpf4j.vm.internal.map;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapType;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Registry;
import org.jspecify.annotations.Nullable;

/// Sockets or cgroups as values: written by the number of one that is open, and held. What is read
/// is the cookie of a socket, which is its id; cgroups and `AF_XDP` sockets are not read.
public final class HostContent implements Content {
  private final Registry registry;
  private final HashContent ids;
  private final MapType type;
  private final long count;
  private final int valueSize;

  /// @param ids the ids of the objects, 8 bytes each
  HostContent(Registry registry, HashContent ids, MapType type, long count, int valueSize) {
    this.registry = registry;
    this.ids = ids;
    this.type = type;
    this.count = count;
    this.valueSize = valueSize;
  }

  private boolean isHash() {
    return type == MapType.SOCKHASH;
  }

  private boolean has(byte[] key) {
    return isHash() || Integer.toUnsignedLong(Values.u32(key)) < count;
  }

  /// What is at a key; null where nothing is.
  public @Nullable HostObject at(byte[] key) {
    var id = ids.get(key);
    return id != null
            && registry.find(Kept.Kind.HOST_OBJECT, Values.u32(id)) instanceof HostObject object
        ? object
        : null;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return switch (type) {
      case CGROUP_ARRAY -> throw new Unsupported(Errno.ENOTSUPP);
      case XSKMAP -> throw new Unsupported(Errno.EOPNOTSUPP);
      default -> {
        if (valueSize != Long.BYTES) {
          throw new Unsupported(Errno.ENOSPC);
        }
        yield ids.get(key);
      }
    };
  }

  @Override
  public long address(byte[] key, int cpu) {
    var object = at(key);
    return object == null ? 0 : object.address();
  }

  private Set<HostObject.Type> taken() {
    return switch (type) {
      case CGROUP_ARRAY -> Set.of(HostObject.Type.CGROUP);
      case XSKMAP -> Set.of(HostObject.Type.XDP_SOCKET);
      default -> Set.of(HostObject.Type.SOCKET);
    };
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (type == MapType.CGROUP_ARRAY && mode != ANY) {
      return Errno.EINVAL;
    }
    var indexFirst = type != MapType.SOCKMAP;
    if (indexFirst && !has(key)) {
      return Errno.E2BIG;
    }
    if (valueSize == Long.BYTES && Values.u32(value, 4) != 0) {
      return Errno.EINVAL;
    }
    var object = registry.opened(Values.u32(value));
    if (object == null) {
      return Errno.EBADF;
    }
    if (!(object instanceof HostObject host && taken().contains(host.type()))) {
      return type == MapType.CGROUP_ARRAY ? Errno.EBADF : Errno.ENOTSOCK;
    }
    return put(key, host, mode);
  }

  /// Puts an object in, as programs do (`bpf_sock_map_update`).
  public int put(byte[] key, HostObject object, int mode) {
    if (!has(key)) {
      return Errno.E2BIG;
    }
    var before = at(key);
    registry.hold(object);
    var errno = ids.put(key, id(object), mode);
    release(errno == 0 ? before : object);
    return errno;
  }

  private static byte[] id(Kept object) {
    return java.util.Arrays.copyOf(Values.u32(object.id()), Long.BYTES);
  }

  private void release(@Nullable Kept object) {
    if (object != null) {
      registry.release(object);
    }
  }

  @Override
  public int remove(byte[] key) {
    var before = at(key);
    switch (type) {
      case SOCKMAP -> {
        if (before == null) {
          return Errno.EINVAL;
        }
      }
      case XSKMAP -> {
        if (!has(key)) {
          return Errno.EINVAL;
        }
      }
      default -> {
        if (!has(key)) {
          return Errno.E2BIG;
        }
        if (before == null) {
          return Errno.ENOENT;
        }
      }
    }
    ids.remove(key);
    release(before);
    return 0;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return isHash() ? ids.next(key) : Values.nextIndex(key, count);
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

  @Override
  public void release() {
    for (var key = ids.next(null); key != null; key = ids.next(key)) {
      release(at(key));
    }
    ids.release();
  }
}
