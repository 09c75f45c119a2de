//! Whatever is cut, crashed and repeated: everything arrives once, and what was acknowledged stays.

use honghei_link::Limits;
use honghei_link::chance::Jitter;

use super::federation::{CITY, COUNTY, COUNTY_TWO, DIRECT, Federation, PROVINCE};
use super::world::{Weather, World};

/// Small enough that every log takes many packages and every chunk many pieces.
pub fn small_limits() -> Limits {
    Limits {
        package_entries: 3,
        package_bytes: 1_500,
        piece_bytes: 100,
        chunks_asked: 2,
        chunk_bytes_asked: 600,
        ..Limits::default()
    }
}

pub fn hubei() -> Federation {
    Federation::of(&[
        (PROVINCE, None),
        (CITY, Some(PROVINCE)),
        (COUNTY, Some(CITY)),
        (COUNTY_TWO, Some(CITY)),
        (DIRECT, Some(PROVINCE)),
    ])
}

fn storm(federation: Federation, audiences: &[&str], seed: u64) {
    let mut draw = Jitter::new(seed ^ 0xa5a5);
    let mut world = World::new(federation, small_limits(), seed);
    let writers: Vec<String> = world.nodes.iter().map(|node| node.id.to_string()).collect();
    for _ in 0..8 + draw.below(24) {
        let writer = &writers[draw.below(writers.len() as u64) as usize];
        let audience = audiences[draw.below(audiences.len() as u64) as usize];
        world.plan(writer, audience, draw.below(4).saturating_sub(1) as usize);
    }
    world.faults = draw.below(10) as u32;
    world.weather = match seed % 4 {
        0 => Weather { frame_lost: 20, ..Weather::default() },
        1 => Weather { crash_before_commit: 60, crash_after_commit: 60, ..Weather::default() },
        2 => Weather { crash_between: 10, ..Weather::default() },
        _ => Weather { frame_lost: 10, crash_before_commit: 20, crash_after_commit: 20, crash_between: 3 },
    };
    assert!(world.run_until(World::is_converged), "seed {seed} does not converge {}", world.describe());
    world.check_promises();
    world.check_contents();
    for node in &writers {
        assert_eq!(world.incident_codes(node), Vec::<String>::new(), "seed {seed}: {node} accuses an honest peer");
    }
}

fn seeds(default: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    match number("HONGHEI_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HONGHEI_SEEDS").unwrap_or(default),
    }
}

/// Runs every seed, on every processor.
fn on_every_seed(default: u64, run: impl Fn(u64) + Sync) {
    let workers = std::thread::available_parallelism().map_or(2, usize::from) as u64;
    let range = seeds(default);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (run, range) = (&run, range.clone());
            scope.spawn(move || {
                for seed in range.filter(|seed| seed % workers == worker) {
                    run(seed);
                }
            });
        }
    });
}

#[test]
fn two_nodes_converge_through_cuts_and_crashes() {
    let audiences = ["all", "up", "down", "local"];
    on_every_seed(1000, |seed| {
        storm(Federation::of(&[(PROVINCE, None), (DIRECT, Some(PROVINCE))]), &audiences, seed);
    });
}

#[test]
fn three_tiers_converge_through_cuts_and_crashes() {
    let audiences = ["all", "up", "down", "local", "up+429004-commerce", "local+420802-commerce"];
    on_every_seed(1000, |seed| storm(hubei(), &audiences, seed));
}

/// L-1: cut at every boundary, the receiver goes on at its cursor.
#[test]
fn a_connection_cut_at_every_frame_still_converges() {
    for frame in 0..60 {
        let mut world =
            World::new(Federation::of(&[(PROVINCE, None), (DIRECT, Some(PROVINCE))]), small_limits(), frame);
        for _ in 0..12 {
            world.write(DIRECT, "up", 1);
            world.write(PROVINCE, "down", 0);
        }
        world.cut_after(frame);
        assert!(world.run_until(World::is_converged), "cut at frame {frame}");
        world.check_contents();
    }
}

#[test]
fn without_faults_nothing_waits_for_a_timer() {
    for seed in 0..30 {
        let mut world = World::new(hubei(), small_limits(), seed);
        for _ in 0..4 {
            world.write(COUNTY, "up", 3);
            world.write(PROVINCE, "down", 2);
        }
        let start_ms = world.elapsed_ms();
        assert!(world.run_until(World::is_converged));
        assert_eq!(world.elapsed_ms(), start_ms, "seed {seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_history() {
    let heads = |seed| {
        let mut world = World::new(hubei(), small_limits(), seed);
        for _ in 0..5 {
            world.plan(COUNTY, "up", 2);
            world.plan(CITY, "all", 0);
        }
        world.faults = 4;
        world.weather = Weather { frame_lost: 30, crash_between: 5, ..Weather::default() };
        assert!(world.run_until(World::is_converged));
        (world.elapsed_ms(), world.head(0, &super::federation::log(COUNTY)))
    };
    assert_eq!(heads(11), heads(11));
}
