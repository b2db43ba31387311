package org.ebpf4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.spi.Closing;

/// The maps and programs of one object file, alive in a kernel. Holds one reference to each;
/// closing gives them back, and what nothing else refers to (a pin, a link, a hook, a program) is
/// gone. It may be used from any thread.
public interface BpfObject extends AutoCloseable {
  /// What it was loaded from, fitted to the kernel.
  ObjectSpec spec();

  /// The name of the object.
  default String name() {
    return spec().name();
  }

  /// Its programs, in the order of the file.
  List<? extends BpfProgram> programs();

  /// The program of that name.
  ///
  /// @throws NotFoundException where there is none
  default BpfProgram program(String name) {
    for (var program : programs()) {
      if (program.name().equals(name)) {
        return program;
      }
    }
    throw new NotFoundException(
        "program", name, programs().stream().map(BpfProgram::name).toList());
  }

  /// Its maps, in the order of the file.
  List<? extends RawMap> maps();

  /// The map of that name.
  ///
  /// @throws NotFoundException where there is none
  default RawMap map(String name) {
    for (var map : maps()) {
      if (map.name().equals(name)) {
        return map;
      }
    }
    throw new NotFoundException("map", name, maps().stream().map(RawMap::name).toList());
  }

  /// Why programs were not loaded, by their names; only where others were to be loaded all the same
  /// ([LoadOptions#keepGoing()]).
  Map<String, BpfException> failures();

  /// A global variable, in the memory that the programs use.
  ///
  /// @throws NotFoundException where the object has no such variable
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it into memory: one of
  ///   a section that has nothing but `static` variables
  BpfVariable variable(String name);

  /// Has the kernel call the programs of a `struct_ops` map. Closing the link ends that.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it holds no functions
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  Link register(String map);

  /// Reads the records of a ring buffer, as [RawMap#ringBuffer()] does; the object says what they
  /// are in C, where it does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no ring buffer
  default RingBuffer ringBuffer(String map) {
    return map(map).ringBuffer(EventType.of(spec(), map));
  }

  /// Reads the records of a map of perf events, as [RawMap#perfBuffer(PerfBufferOptions)] does; the
  /// object says what they are in C, where it does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no map of perf events
  default PerfBuffer perfBuffer(String map, PerfBufferOptions options) {
    return map(map).perfBuffer(options, EventType.of(spec(), map));
  }

  /// Reads the records of a map of perf events, with [PerfBufferOptions#DEFAULT].
  default PerfBuffer perfBuffer(String map) {
    return perfBuffer(map, PerfBufferOptions.DEFAULT);
  }

  /// Writes records into a user ring buffer, as [RawMap#userRingBuffer()] does.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws BpfException where it is no user ring buffer
  default UserRingBuffer userRingBuffer(String map) {
    return map(map).userRingBuffer();
  }

  /// Attaches every program where its section's name says. If one cannot be, those before it are
  /// detached again.
  default LinkSet attachAll() {
    return attachEach(program -> Optional.of(program.attach()));
  }

  /// Attaches every program to the place that `where` gives for it, and leaves those that it gives
  /// none. If one cannot be attached, those before it are detached again.
  default LinkSet attachTo(Function<BpfProgram, Optional<AttachPoint>> where) {
    return attachEach(program -> where.apply(program).map(program::attach));
  }

  /// Attaches every program to the place that `where` gives for it, as [#attachTo(Function)] does,
  /// but goes on where one cannot be attached.
  ///
  /// @param failed is told which program was not attached, and why
  default LinkSet attachTo(
      Function<BpfProgram, Optional<AttachPoint>> where,
      BiConsumer<BpfProgram, BpfException> failed) {
    return attachEach(program -> {
      try {
        return where.apply(program).map(program::attach);
      } catch (BpfException e) {
        failed.accept(program, e);
        return Optional.empty();
      }
    });
  }

  private LinkSet attachEach(Function<BpfProgram, Optional<Link>> attach) {
    var links = new ArrayList<Link>();
    try {
      for (var program : programs()) {
        attach.apply(program).ifPresent(links::add);
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, links);
      throw e;
    }
    return new LinkSet(links);
  }

  @Override
  void close();
}
