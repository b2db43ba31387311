package org.ebpf4j.binary;

/// One place of a static probe (USDT) in a program file: a probe that is used several times, or in
/// code that the compiler put into several functions, has several.
///
/// @param provider who the probe belongs to
/// @param name the probe
/// @param address where it is: an address of the file
/// @param offset the byte of the file that is mapped there
/// @param semaphore the byte of the file that is mapped where the program counts who watches the
///   probe, as it may only prepare its arguments while someone does; 0 where it does not count
/// @param arguments where the arguments are, as the compiler wrote it: `-4@%edi 8@16(%rsp)`
public record StaticProbe(
    String provider, String name, long address, long offset, long semaphore, String arguments) {}
