package org.ebpf4j.vm.memory;

import java.util.Arrays;
import org.ebpf4j.btf.text.ValuePlace;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.memory.KernelTypes;
import org.ebpf4j.vm.internal.memory.TypedBytes;

/// An object in the memory of a [org.ebpf4j.vm.VirtualKernel], or a part of one, at an address that
/// programs may follow: a struct of the kernel, an array, text. Made by [VirtualMemory].
///
/// Parts are named by paths as in C: `pid`, `cred.uid.val`, `args[1]`. A path goes on through
/// pointers that are set, by `.` or `->`: `mm.exe_file` is a member of what `mm` points to. The
/// empty path is all of it.
///
/// It lives until [#free()]; what programs then do with its address is a fault, and
/// `bpf_probe_read_kernel` of it gives `-EFAULT`. It may be used from any thread; nothing orders
/// what is written at the same time.
public final class MemoryObject {
  private final VirtualMemory memory;
  private final Region region;
  private final TypedBytes value;

  MemoryObject(VirtualMemory memory, Region region, TypedBytes value) {
    this.memory = memory;
    this.region = region;
    this.value = value;
  }

  /// Where it is: what a pointer to it holds.
  public long address() {
    return region.address() + value.offset();
  }

  /// Its type in C, such as `struct task_struct`; `bytes` where it has none.
  public String type() {
    return value.typeName();
  }

  /// How many bytes it has.
  public int size() {
    return value.size(ValuePlace.of(value.type()));
  }

  /// Whether it is not freed.
  public boolean isLive() {
    return memory.isLive(region);
  }

  /// Whether it has a part of this name: a member of its struct, or one of a member (`a.b`). Paths
  /// through pointers are not followed.
  public boolean has(String path) {
    return value.type() != 0 && value.has(path);
  }

  /// Whether a part is a pointer to values of a type whose size is known, so that [#make(String)]
  /// can allocate one.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  public boolean canMake(String path) {
    return value
        .target(value.place(path))
        .filter(type -> KernelTypes.hasSize(value.types(), type))
        .isPresent();
  }

  private void checkLive() {
    if (!isLive()) {
      throw new IllegalStateException(region.name() + " is freed");
    }
  }

  /// What a path leads to: the value that it is in, and its place there.
  private record Found(MemoryObject holder, ValuePlace place, String path) {
    TypedBytes value() {
      return holder.value;
    }

    MemoryObject object() {
      var value = holder.value;
      return new MemoryObject(
          holder.memory,
          holder.region,
          new TypedBytes(value.types(), place.type(), value.bytes(), value.start(place)));
    }
  }

  private Found find(String path) {
    checkLive();
    var whole = path.replace("->", ".");
    for (var end = whole.indexOf('.'); end > 0; end = whole.indexOf('.', end + 1)) {
      var begin = whole.substring(0, end);
      if (value.target(value.place(begin)).isPresent()) {
        return follow(begin).find(whole.substring(end + 1));
      }
    }
    return new Found(this, value.place(whole), whole);
  }

  private Found typed(String path) {
    var found = find(path);
    if (found.place.bits() == 0 && found.value().type() == 0) {
      throw new IllegalArgumentException("'" + path + "': " + region.name() + " has no type");
    }
    return found;
  }

  /// Writes a number: an integer, an enumeration, a bit field, a pointer.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalArgumentException where it is no number, or has too few bits, or the path goes
  ///   through a null pointer
  /// @throws IllegalStateException where it is freed
  public MemoryObject set(String path, long number) {
    var found = typed(path);
    found.value().setNumber(found.place, path, number);
    return this;
  }

  /// Writes text: into an array of characters the text, with zeroes behind it; for a pointer to
  /// characters, new memory of the kernel with the text, and its address; otherwise a value as C
  /// writes it, such as `{ .a = 1 }`, the name of a constant, or an address of the network.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalArgumentException where it does not fit, or is no value of the type
  /// @throws IllegalStateException where it is freed
  public MemoryObject set(String path, String text) {
    var found = find(path);
    if (found.value().isPointerToText(found.place)) {
      return set(path, memory.text(text));
    }
    found.value().setText(found.place, path, text);
    return this;
  }

  /// Writes bytes over those of a part.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalArgumentException where there are more than it has
  /// @throws IllegalStateException where it is freed
  public MemoryObject set(String path, byte[] bytes) {
    var found = find(path);
    found.value().set(found.place, path, bytes);
    return this;
  }

  /// Writes the address of another object: a pointer to it.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalArgumentException where the part has not 8 bytes
  /// @throws IllegalStateException where it is freed
  public MemoryObject set(String path, MemoryObject target) {
    target.checkLive();
    return set(path, target.address());
  }

  /// Allocates what a pointer points to, by the type that the pointer has, and sets the pointer.
  ///
  /// @return the new object
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalArgumentException where it is no pointer, or points to a type without a size
  /// @throws IllegalStateException where it is freed
  public MemoryObject make(String path) {
    var found = find(path);
    var type = target(found, path);
    var made = memory.allocate(found.value().types(), type);
    set(path, made);
    return made;
  }

  private static int target(Found found, String path) {
    return found
        .value()
        .target(found.place)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'" + path + "' is no pointer, but " + found.value().typeName(found.place.type())));
  }

  /// The number in a part.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalArgumentException where it is none, or the path goes through a null pointer
  /// @throws IllegalStateException where it is freed
  public long number(String path) {
    var found = typed(path);
    return found.value().number(found.place, path);
  }

  /// A part as text: characters up to the first zero, also behind a pointer to characters; anything
  /// else as C writes it.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalStateException where it is freed
  public String text(String path) {
    var found = find(path);
    if (found.value().isPointerToText(found.place)) {
      var target = follow(path);
      var bytes =
          Arrays.copyOfRange(
              target.value.bytes(), target.value.offset(), target.value.bytes().length);
      return TypedBytes.text(bytes);
    }
    return found.value().text(found.place);
  }

  /// The bytes of a part.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalStateException where it is freed
  public byte[] bytes(String path) {
    var found = find(path);
    return found.value().get(found.place);
  }

  /// A part, at its own address: a member, an element of an array.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalStateException where it is freed
  public MemoryObject member(String path) {
    return find(path).object();
  }

  /// What a pointer points to.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such member
  /// @throws IllegalArgumentException where it is no pointer, or points to nothing
  /// @throws IllegalStateException where this or the target is freed
  public MemoryObject follow(String path) {
    var found = find(path);
    var type = target(found, path);
    var address = found.value().number(found.place, path);
    if (address == 0) {
      throw new IllegalArgumentException(
          "'"
              + path
              + "' of "
              + region.name()
              + " is a null pointer\n  try: make(\""
              + path
              + "\") before");
    }
    return memory.at(address, found.value().types(), type);
  }

  /// Gives its memory back, with all that it is a part of: accesses of programs are faults from now
  /// on. Freeing twice is freeing once.
  public void free() {
    memory.free(region);
  }

  @Override
  public String toString() {
    return region.name() + " at 0x" + Long.toHexString(address()) + (isLive() ? "" : ", freed");
  }
}
