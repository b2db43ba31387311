package org.ebpf4j.junit.programs;

import org.ebpf4j.program.Section;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.map.ArrayMap;

/// Programs that compute something of a struct that they are given, and write the result into it.
@SuppressWarnings("NullAway") // Null checks are the compiler's.
final class SyscallPrograms {
  static final class Work {
    long a;
    long b;
    long result;
    final int[] numbers = new int[16];
    final byte[] text = new byte[32];
  }

  /// What is too large for a context, or is reached by an index.
  static final ArrayMap<Work> works = new ArrayMap<>(1);

  /// The greatest common divisor.
  @Section("syscall")
  static int gcd(Work work) {
    long a = work.a;
    long b = work.b;
    for (int i = 0; i < 100 && b != 0; i++) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    work.result = a;
    return 0;
  }

  @Section("syscall")
  static int fibonacci(Work work) {
    long a = 0;
    long b = 1;
    for (int i = 0; i < 64; i++) {
      if (i >= work.a) {
        break;
      }
      long next = a + b;
      a = b;
      b = next;
    }
    work.result = a;
    return 0;
  }

  @Section("syscall")
  static int bits(Work work) {
    int count = 0;
    for (long rest = work.a; rest != 0; rest &= rest - 1) {
      count++;
    }
    work.result = count;
    return count;
  }

  @Section("syscall")
  static int sort() {
    Work work = works.lookup(0);
    for (int i = 15; i > 0; i--) {
      for (int j = 0; j < i; j++) {
        int first = work.numbers[j];
        int second = work.numbers[j + 1];
        if (first > second) {
          work.numbers[j] = second;
          work.numbers[j + 1] = first;
        }
      }
    }
    return 0;
  }

  @Section("syscall")
  static int search() {
    Work work = works.lookup(0);
    int low = 0;
    int high = 15;
    work.result = -1;
    for (int i = 0; i < 5 && low <= high; i++) {
      int middle = (low + high) >>> 1;
      int found = work.numbers[middle & 15];
      if (found == work.a) {
        work.result = middle;
        return 1;
      }
      if (found < work.a) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return 0;
  }

  @Section("syscall")
  static int crc() {
    Work work = works.lookup(0);
    int crc = -1;
    for (int i = 0; i < 32; i++) {
      crc ^= work.text[i] & 0xff;
      for (int k = 0; k < 8; k++) {
        crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
      }
    }
    work.result = ~crc & 0xffff_ffffL;
    return 0;
  }

  @Section("syscall")
  static int upperCase() {
    Work work = works.lookup(0);
    int changed = 0;
    for (int i = 0; i < 32; i++) {
      byte letter = work.text[i];
      if (letter == 0) {
        break;
      }
      if (letter >= 'a' && letter <= 'z') {
        work.text[i] = (byte) (letter - 32);
        changed++;
      }
    }
    return changed;
  }

  @Section("syscall")
  static int largest() {
    Work work = works.lookup(0);
    int largest = Integer.MIN_VALUE;
    long sum = 0;
    for (int number : work.numbers) {
      largest = Math.max(largest, number);
      sum += number;
    }
    work.a = largest;
    work.result = sum / 16;
    return 0;
  }

  @Section("syscall")
  static int power(Work work) {
    work.result = power(work.a, work.b);
    return 0;
  }

  private static long power(long base, long exponent) {
    long result = 1;
    long factor = base;
    for (int i = 0; i < 6; i++) {
      if ((exponent >> i & 1) != 0) {
        result *= factor;
      }
      factor *= factor;
    }
    return result;
  }

  @Section(value = "syscall", onFault = -9)
  static int average(Work work) {
    work.result = mean((int) work.a, (int) work.b);
    return 0;
  }

  @Subprogram
  static int mean(int sum, int count) {
    return sum / count;
  }
}
