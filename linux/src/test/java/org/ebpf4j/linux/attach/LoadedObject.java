package org.ebpf4j.linux.attach;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import org.ebpf4j.BpfMap;
import org.ebpf4j.Steps;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.TestObjects;

/// A test object in the kernel. All of them count in an array `counts`.
record LoadedObject(LinuxObject object) implements AutoCloseable {
  /// Loads `NAME.bpf.o`.
  static LoadedObject of(String name) {
    return of(name, Steps.NONE);
  }

  /// The same, where `steps` is told of each thing that is done.
  static LoadedObject of(String name, Steps steps) {
    var spec = ObjectSpec.read(name, TestObjects.bytes(name));
    return new LoadedObject(LinuxKernel.open(steps).load(spec));
  }

  /// Loads one program of `NAME.bpf.o`.
  static LoadedObject of(String name, String program) {
    return of(name, program, p -> p);
  }

  /// Loads one program of `NAME.bpf.o`, changed.
  static LoadedObject of(String name, String program, UnaryOperator<ProgramSpec> change) {
    var spec = ObjectSpec.read(name, TestObjects.bytes(name));
    for (var each : spec.programs()) {
      spec = spec.withProgram(each.name(), p -> p.withAutoload(p.name().equals(program)));
    }
    return new LoadedObject(LinuxKernel.open().load(spec.withProgram(program, change)));
  }

  LinuxProgram program(String name) {
    return object.program(name);
  }

  /// A number of the array `counts`.
  long count(int index) {
    return counts(index)[0];
  }

  /// What the array `counts` has at an index: one number, or, if it is per CPU, one for each
  /// possible CPU.
  long[] counts(int index) {
    var value = object.map("counts").lookup(u32(index)).orElseThrow();
    var numbers = new long[value.length / 8];
    ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).asLongBuffer().get(numbers);
    return numbers;
  }

  /// Sets a number of an array.
  void set(String map, int index, long number) {
    var value = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(number).array();
    object.map(map).update(u32(index), value, BpfMap.Update.ANY);
  }

  /// A number of four bytes, as keys and descriptors are given.
  static byte[] u32(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  @Override
  public void close() {
    object.close();
  }
}
