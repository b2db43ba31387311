package org.ebpf4j.vm.internal.map;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapType;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.KeptProgram;
import org.ebpf4j.vm.internal.life.Registry;
import org.jspecify.annotations.Nullable;

/// Where packets are redirected to: devices by their index, or CPUs by the length of their queue,
/// and the program that sees packets there. The program is written by the number of one that is
/// open, read as an id, and held. Every index from 1 is that of a device.
public final class DeviceContent implements Content {
  private static final int LONGEST_QUEUE = 16_384;

  private final Registry registry;
  private final HashContent entries;
  private final MapType type;
  private final long count;
  private final int possibleCpus;

  /// @param entries a number, and the id of a program or 0
  DeviceContent(
      Registry registry, HashContent entries, MapType type, long count, int possibleCpus) {
    this.registry = registry;
    this.entries = entries;
    this.type = type;
    this.count = count;
    this.possibleCpus = possibleCpus;
  }

  /// What is at a key.
  ///
  /// @param number the index of a device, or the length of the queue of a CPU
  /// @param program the program that sees packets there, or null
  public record Target(int number, @Nullable Kept program) {}

  /// Where packets go that are redirected to a key; empty where nothing is there.
  public Optional<Target> target(int key) {
    var value = entries.get(Values.u32(key));
    return value == null
        ? Optional.empty()
        : Optional.of(new Target(Values.u32(value), program(value)));
  }

  /// The keys that something is at.
  public List<Integer> keys() {
    var all = new ArrayList<Integer>();
    for (var key = entries.next(null); key != null; key = entries.next(key)) {
      all.add(Values.u32(key));
    }
    return all;
  }

  /// Whether it is a map of CPUs.
  public boolean isOfCpus() {
    return type == MapType.CPUMAP;
  }

  private @Nullable Kept program(byte @Nullable [] value) {
    return value == null || value.length == 4
        ? null
        : registry.find(Kept.Kind.PROGRAM, Values.u32(value, 4));
  }

  private boolean isHash() {
    return type == MapType.DEVMAP_HASH;
  }

  private boolean has(byte[] key) {
    return Integer.toUnsignedLong(Values.u32(key)) < count;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return entries.get(key);
  }

  @Override
  public long address(byte[] key, int cpu) {
    return entries.address(key, cpu);
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (!isHash() && !has(key)) {
      return Errno.E2BIG;
    }
    if (!isHash() && mode == NO_EXIST) {
      return Errno.EEXIST;
    }
    return type == MapType.CPUMAP ? putCpu(key, value) : putDevice(key, value, mode);
  }

  private int putCpu(byte[] key, byte[] value) {
    var length = Values.u32(value);
    if (Integer.compareUnsigned(length, LONGEST_QUEUE) > 0) {
      return Errno.EOVERFLOW;
    }
    if (Integer.compareUnsigned(Values.u32(key), possibleCpus) >= 0) {
      return Errno.ENODEV;
    }
    if (length == 0) {
      clear(key);
      return 0;
    }
    // The kernel says of any failure that there is no memory.
    return store(key, value, AttachType.XDP_CPUMAP, ANY) == 0 ? 0 : Errno.ENOMEM;
  }

  private int putDevice(byte[] key, byte[] value, int mode) {
    var device = Values.u32(value);
    var program = value.length == 8 ? Values.u32(value, 4) : 0;
    if (device == 0) {
      if (program > 0 || isHash()) {
        return Errno.EINVAL;
      }
      clear(key);
      return 0;
    }
    if (device < 0) {
      return Errno.EINVAL;
    }
    // What is there may be replaced, whatever the mode says; a hash looks at BPF_NOEXIST alone.
    return store(key, value, AttachType.XDP_DEVMAP, mode == NO_EXIST ? NO_EXIST : ANY);
  }

  private int store(byte[] key, byte[] value, AttachType use, int mode) {
    var held = value.clone();
    Kept program = null;
    if (value.length == 8) {
      var number = Values.u32(value, 4);
      if (number > 0) {
        program = registry.opened(number);
        if (program == null) {
          return Errno.EBADF;
        }
        if (!(program instanceof KeptProgram typed)
            || typed.type() != ProgramType.XDP
            || !typed.attachType().equals(Optional.of(use))) {
          return Errno.EINVAL;
        }
      }
      System.arraycopy(Values.u32(program == null ? 0 : program.id()), 0, held, 4, 4);
    }
    var before = program(entries.get(key));
    if (program != null) {
      registry.hold(program);
    }
    var errno = entries.put(key, held, mode);
    release(errno == 0 ? before : program);
    return errno;
  }

  private void release(@Nullable Kept program) {
    if (program != null) {
      registry.release(program);
    }
  }

  private boolean clear(byte[] key) {
    var value = entries.take(key);
    release(program(value));
    return value != null;
  }

  @Override
  public int remove(byte[] key) {
    if (!isHash() && !has(key)) {
      return Errno.EINVAL;
    }
    return clear(key) || !isHash() ? 0 : Errno.ENOENT;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return isHash() ? entries.next(key) : Values.nextIndex(key, count);
  }

  @Override
  public List<Kept.Held> held() {
    var all = new ArrayList<Kept.Held>();
    for (var key = entries.next(null); key != null; key = entries.next(key)) {
      var object = program(entries.get(key));
      if (object != null) {
        all.add(new Kept.Held(object, "key " + HexFormat.ofDelimiter(" ").formatHex(key)));
      }
    }
    return all;
  }

  @Override
  public void release() {
    for (var key = entries.next(null); key != null; key = entries.next(key)) {
      release(program(entries.get(key)));
    }
    entries.release();
  }
}
