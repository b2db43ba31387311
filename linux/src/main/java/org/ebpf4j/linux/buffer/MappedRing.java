package org.ebpf4j.linux.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.sys.Epoll;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.linux.internal.sys.Mapping.Access;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waiter;

/// A map of the kernel that is a ring, in the memory of this process: a page with the consumer's
/// position, and from the second page on a page with the producer's position and the records twice.
/// Each side may write only what is its own.
final class MappedRing implements SharedRing, Polled {
  private final String name;
  private final Fd fd;
  private final long size;
  private final int events;
  private final Mapping consumer;
  private final Mapping producer;

  private MappedRing(
      String name, Fd fd, long size, int events, Mapping consumer, Mapping producer) {
    this.name = name;
    this.fd = fd;
    this.size = size;
    this.events = events;
    this.consumer = consumer;
    this.producer = producer;
  }

  /// One that is read here.
  static MappedRing toRead(String name, int map, long size) {
    return open(name, map, size, Epoll.IN, Access.READ_WRITE, Access.READ);
  }

  /// One that is written here.
  static MappedRing toWrite(String name, int map, long size) {
    return open(name, map, size, Epoll.OUT, Access.READ, Access.READ_WRITE);
  }

  private static MappedRing open(
      String name, int map, long size, int events, Access ofConsumer, Access ofProducer) {
    var page = Pages.size();
    var fd = Fd.duplicate(map);
    try {
      var consumer = map(name, fd, 0, page, ofConsumer);
      try {
        var producer = map(name, fd, page, page + 2 * size, ofProducer);
        return new MappedRing(name, fd, size, events, consumer, producer);
      } catch (RuntimeException | Error e) {
        consumer.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  private static Mapping map(String name, Fd fd, long offset, long length, Access access) {
    var outcome = Mapping.of(fd.number(), offset, length, access);
    if (!outcome.ok()) {
      throw KernelException.of("ring buffer '" + name + "' in memory", "mmap", outcome.errno());
    }
    return outcome.mapping();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int fd() {
    return fd.number();
  }

  @Override
  public int events() {
    return events;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public MemorySegment consumer() {
    return consumer.memory();
  }

  @Override
  public MemorySegment producer() {
    return producer.memory();
  }

  @Override
  public MemorySegment data() {
    return producer.memory().asSlice(Pages.size());
  }

  @Override
  public MemorySegment data(Arena scope) {
    return producer.memory(scope).asSlice(Pages.size());
  }

  @Override
  public Waiter waiter() {
    return EpollWaiter.of(this);
  }

  @Override
  public void close() {
    try (producer;
        consumer) {
      fd.close();
    }
  }
}
