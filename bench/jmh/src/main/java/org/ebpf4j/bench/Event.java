package org.ebpf4j.bench;

/// What a record of 16 bytes is in Java.
record Event(long sequence, int cpu, int check) {}
