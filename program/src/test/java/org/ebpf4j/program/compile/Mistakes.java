package org.ebpf4j.program.compile;

import java.util.ArrayList;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.HashMap;

/// What beginners write, each in a class of its own.
@SuppressWarnings({"NullAway", "unused"})
final class Mistakes {
  private Mistakes() {}

  static final class NoNullCheck {
    static final HashMap<Integer, Long> map = new HashMap<>(4);

    @Section(value = "xdp", onFault = 9)
    static int run(Xdp context) {
      return (int) (map.lookup(3) + 1);
    }
  }

  static final class IndexTooFar {
    @Section(value = "xdp", onFault = 9)
    static int run(Xdp context) {
      int[] few = new int[4];
      return few[context.packet().u8(0) + 4];
    }
  }

  static final class EndlessLoop {
    @Section(value = "xdp", onFault = 9)
    static int run(Xdp context) {
      int n = 1;
      while (n != 0) {
        n |= 1;
      }
      return n;
    }
  }

  static final class StringPlus {
    @Section("xdp")
    static int run(Xdp context) {
      Bpf.printk("byte " + context.packet().u8(0));
      return 2;
    }
  }

  static final class LargeObject {
    @Section("xdp")
    static int run(Xdp context) {
      byte[] many = new byte[600];
      many[context.packet().u8(0)] = 1;
      return many[3];
    }
  }

  static final class Floating {
    @Section("xdp")
    static int run(Xdp context) {
      double half = context.packet().u8(0) / 2.0;
      return (int) half;
    }
  }

  static final class Recursion {
    @Section("xdp")
    static int run(Xdp context) {
      return sum(context.packet().u8(0));
    }

    static int sum(int n) {
      return n == 0 ? 0 : n + sum(n - 1);
    }
  }

  static final class CapturedPacket {
    @Section("xdp")
    static int run(Xdp context) {
      var packet = context.packet();
      return (int) Bpf.loop(10, i -> packet.u8(i) != 0);
    }
  }

  static final class WrongContext {
    @Section("xdp")
    static int run(String context) {
      return context.length();
    }
  }

  static final class ListInMap {
    static final HashMap<Integer, ArrayList<Integer>> lists = new HashMap<>(4);

    @Section("xdp")
    static int run(Xdp context) {
      return lists.lookup(1).size();
    }
  }

  static final class NoSection {
    static int run(Xdp context) {
      return 2;
    }
  }

  @org.ebpf4j.program.License("Proprietary")
  static final class NoLicence {
    @Section("xdp")
    static int run(Xdp context) {
      Bpf.printk("hello");
      return 2;
    }
  }

  static final class Caught {
    @Section("xdp")
    static int run(Xdp context) {
      try {
        return 10 / context.packet().u8(0);
      } catch (ArithmeticException e) {
        return 1;
      }
    }
  }

  static final class NewList {
    @Section("xdp")
    static int run(Xdp context) {
      return new ArrayList<Integer>().size();
    }
  }
}
