package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ebpf4j.error.KernelException;

/// Values to put into maps, and what a refusal comes to.
final class Values {
  private Values() {}

  static byte[] u32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array();
  }

  static Map<Integer, Long> squares(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> i, i -> (long) i * i));
  }

  static int errno(Runnable refused) {
    return catchThrowableOfType(KernelException.class, refused::run).errno();
  }
}
