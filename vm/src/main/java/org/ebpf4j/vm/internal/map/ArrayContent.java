package org.ebpf4j.vm.internal.map;

import java.util.Arrays;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// Elements by index, all there from the start: one region for each CPU, or one for all.
public final class ArrayContent implements Content {
  private final Memory memory;
  private final Region[] regions;
  private final int size;
  private final int stride;
  private final int count;
  private final SpecialFields special;
  private final SpecialFields.Release release;

  /// @param layout keys, values and how many entries there are
  /// @param writable whether programs may write
  ArrayContent(Memory memory, Layout layout, boolean writable) {
    this.memory = memory;
    this.size = layout.valueSize();
    this.stride = Values.stride(size);
    this.count = (int) layout.entries();
    this.special = layout.special();
    this.release = layout.release();
    var cpus = layout.cpus();
    var name = layout.name();
    this.regions = new Region[Math.max(cpus, 1)];
    for (int i = 0; i < regions.length; i++) {
      var what = "the values of map '" + name + "'" + (cpus == 0 ? "" : " on CPU " + i);
      regions[i] = new Region(what, new byte[Math.multiplyExact(stride, count)], writable);
      memory.add(regions[i]);
    }
  }

  /// The elements of a CPU, or of all.
  byte[] bytes(int cpu) {
    var bytes = regions[cpu].bytes();
    if (bytes == null) {
      throw new IllegalStateException("elements are bytes");
    }
    return bytes;
  }

  /// The address of the first element.
  public long address() {
    return regions[0].address();
  }

  private boolean has(int index) {
    return Integer.compareUnsigned(index, count) < 0;
  }

  private int exchanged() {
    return regions.length == 1 ? size : regions.length * stride;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    var index = Values.u32(key);
    if (!has(index)) {
      return null;
    }
    var value = new byte[exchanged()];
    for (int i = 0; i < regions.length; i++) {
      System.arraycopy(bytes(i), index * stride, value, i * stride, size);
    }
    special.hide(value);
    return value;
  }

  @Override
  public boolean findsInPlace() {
    return true;
  }

  @Override
  public boolean isFixed() {
    return true;
  }

  @Override
  public long address(byte[] key, int cpu) {
    return address(key, 0, cpu);
  }

  @Override
  public long address(byte[] bytes, int at, int cpu) {
    var index = Values.u32(bytes, at);
    if (!has(index)) {
      return 0;
    }
    return regions[regions.length == 1 ? 0 : cpu].address() + (long) index * stride;
  }

  private int refusal(int index, int mode) {
    if (!has(index)) {
      return Errno.E2BIG;
    }
    return mode == NO_EXIST ? Errno.EEXIST : 0;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    var index = Values.u32(key);
    var errno = refusal(index, mode);
    if (errno == 0) {
      freeFields(index);
      for (int i = 0; i < regions.length; i++) {
        special.copy(value, i * stride, bytes(i), index * stride, size);
      }
    }
    return errno;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode, int cpu) {
    var index = Values.u32(key);
    var errno = refusal(index, mode);
    if (errno == 0) {
      freeFields(index);
      special.copy(value, 0, bytes(regions.length == 1 ? 0 : cpu), index * stride, size);
    }
    return errno;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EINVAL;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    var next = key == null || !has(Values.u32(key)) ? 0 : Values.u32(key) + 1;
    return has(next) ? Values.u32(next) : null;
  }

  /// Frees what programs have put into an element that is overwritten or gone.
  private void freeFields(int index) {
    if (special.own()) {
      for (var region : regions) {
        special.free(memory, region.address() + (long) index * stride, release);
      }
    }
  }

  @Override
  public void release() {
    for (int i = 0; special.own() && i < count; i++) {
      freeFields(i);
    }
    Arrays.asList(regions).forEach(memory::remove);
  }
}
