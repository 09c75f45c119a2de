//! The federation on one machine: the demonstration, the simulator, and the node programs in one.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use federation::demo::{self, Account, Teller};
use federation::process::{Federation, PASSPHRASE, Program, TETHER, Trouble, end_with_harness};
use federation::{simulation, story};

/// Rows are made by one thread and dropped by another by the million.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code of a demonstration in which something came out otherwise than planted.
const DIFFERS: u8 = 8;
/// The exit code after Ctrl-C, as shells have it.
const INTERRUPTED: u8 = 130;

#[derive(Parser)]
#[command(
    name = "federation",
    version,
    about = "红黑名单联邦演练：一台机器上的省、市、县节点",
    after_help = "演练使用模拟历法和虚构企业，不具任何法律效力。\n退出码：0 全部相符；1 故障；2 用法有误；8 结果与预设不符；130 被中断。"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 演示全流程：八个真实进程，名单上行、比对、结果下发，途中 kill -9
    Demo(Demo),
    /// 模拟：不用进程，按种子讲述成千上万段历史，逐一核对不变量
    Simulate(Simulate),
    /// 报送：部门制作密钥、报送名单、查询办理情况，等同 province-node feed
    #[command(disable_help_flag = true)]
    Feed {
        /// feed 的参数
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// 节点程序，供演练启动自身使用
    #[command(hide = true, disable_help_flag = true)]
    Node {
        /// 层级及其参数
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

#[derive(Args)]
struct Demo {
    /// 另用此目录中的真实企业登记和已公布名单
    #[arg(long, value_name = "DIR")]
    real: Option<PathBuf>,
    /// 在此目录保留各节点文件夹和结果
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// 结束后保持联邦运行，直到 Ctrl-C
    #[arg(long)]
    serve: bool,
    /// 小规模快速演练
    #[arg(long)]
    quick: bool,
    /// 随机种子：名单内容、人员密钥和终止进程的时刻由此决定
    #[arg(long, default_value_t = 20_171_106)]
    seed: u64,
    /// 只讲一个故事：一种退出或企业的一项权利，在本进程内的联邦中逐日办理；list 列出全部，all 逐一讲述
    #[arg(long, value_name = "NAME", conflicts_with_all = ["real", "keep", "serve", "quick", "seed"])]
    story: Option<String>,
    /// 以 JSON 输出全部结果
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Simulate {
    /// 第一个种子
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 多少段历史
    #[arg(long, default_value_t = 1000)]
    count: u64,
    /// 多少个线程；默认与处理器数相同
    #[arg(long)]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    // The node programs read their own arguments: they are taken off before anything here looks at them.
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next().as_ref().and_then(|first| first.to_str()) {
        Some("node") => return node(arguments.collect()),
        Some("feed") => return feed(arguments.collect()),
        _ => {}
    }
    let Arguments { command } = Arguments::parse();
    let result = match command {
        Command::Demo(options) => demonstrate(options),
        Command::Simulate(options) => Ok(simulate(&options)),
        Command::Feed { arguments } => return feed(arguments),
        Command::Node { arguments } => return node(arguments),
    };
    result.unwrap_or_else(|trouble| {
        eprintln!("{}（{}）", trouble.chain(), trouble.code());
        if matches!(trouble, Trouble::Interrupted) { ExitCode::from(INTERRUPTED) } else { ExitCode::FAILURE }
    })
}

/// Runs the verbs around departments' lists.
fn feed(arguments: Vec<OsString>) -> ExitCode {
    province_node::main_from(["province-node", "feed"].map(OsString::from).into_iter().chain(arguments))
}

/// Runs one of the node programs within this one.
fn node(arguments: Vec<OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let tier = arguments.next().unwrap_or_default();
    let mut rest: Vec<OsString> = arguments.collect();
    if rest.first().is_some_and(|first| first == TETHER) {
        rest.remove(0);
        end_with_harness();
    }
    let program = |name: &str| std::iter::once(OsString::from(name)).chain(rest.clone());
    match tier.to_str() {
        Some("county") => county_node::main_from(program("county-node")),
        Some("city") => city_node::main_from(program("city-node")),
        Some("province") => province_node::main_from(program("province-node")),
        _ => {
            eprintln!("usage: federation node county|city|province ARGUMENTS...");
            ExitCode::from(2)
        }
    }
}

/// Tells histories and prints what happened in them, or the seed that failed.
fn simulate(options: &Simulate) -> ExitCode {
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    match simulation::simulate_many(options.seed, options.count, threads) {
        Ok(tally) => {
            println!("{}段历史（种子{}起）均符合不变量：{tally:?}", options.count, options.seed);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(DIFFERS)
        }
    }
}

fn demonstrate(arguments: Demo) -> Result<ExitCode, Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Trouble::Malformed(error.to_string()))?;
    if let Some(name) = &arguments.story {
        return Ok(runtime.block_on(stories(name, arguments.json)));
    }
    runtime.block_on(async {
        let teller = Teller::people();
        let options = demo::Options {
            real: arguments.real.clone(),
            keep: arguments.keep.clone(),
            serve: arguments.serve,
            quick: arguments.quick,
            seed: arguments.seed,
        };
        let program = Program::own()?;
        let ran = tokio::select! {
            ran = demo::run(program, &options, &teller) => ran,
            () = interrupted() => Err(Trouble::Interrupted),
        };
        teller.finish();
        let (account, federation) = ran?;
        show(&account, arguments.json)?;
        if arguments.serve {
            explain(&federation);
            interrupted().await;
        }
        Ok(if account.passed { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
    })
}

/// Tells one story, or all, or only what they are called.
async fn stories(name: &str, json: bool) -> ExitCode {
    if name == "list" {
        story::STORIES
            .iter()
            .for_each(|story| println!("{:<14}{}（{}）", story.name, story.title, story.codes.join("、")));
        return ExitCode::SUCCESS;
    }
    let names = story::STORIES.iter().map(|story| story.name).filter(|one| name == "all" || *one == name);
    let names: Vec<&str> = names.collect();
    let mut ended = ExitCode::SUCCESS;
    for name in if names.is_empty() { vec![name] } else { names } {
        match story::tell(name).await {
            Ok(told) => {
                match serde_json::to_string_pretty(&told) {
                    Ok(text) if json => println!("{text}"),
                    _ => println!("{}", story::write(&told)),
                }
                if !told.passed {
                    ended = ExitCode::from(DIFFERS);
                }
            }
            Err(error) => {
                eprintln!("{name}：{error}（{}）", error.code());
                return ExitCode::FAILURE;
            }
        }
    }
    ended
}

/// Returns when the user wants an end.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without the signal's handler the system's own ends the process, and the nodes with it.
        std::future::pending::<()>().await;
    }
}

fn show(account: &Account, json: bool) -> Result<(), Trouble> {
    if json {
        let text = serde_json::to_string_pretty(account).map_err(|error| Trouble::Malformed(error.to_string()))?;
        println!("{text}");
    } else {
        print!("{}", demo::summary(account));
    }
    Ok(())
}

/// How to talk to a federation that is left running.
fn explain(federation: &Federation) {
    eprintln!("\n联邦保持运行，按 Ctrl-C 结束。各节点：");
    for node in federation.nodes.values() {
        eprintln!("  {}  {}  {}", node.member.id, node.address, node.folder.display());
    }
    let place = federation.folder().display();
    let program = federation.program().path().display();
    eprintln!("节点程序内含于本程序，例如：");
    eprintln!("  {program} node province status --dir {place}/420000-commerce");
    eprintln!("  HONGHEI_PASSPHRASE={PASSPHRASE} {program} node county list --as head --dir {place}/420802-commerce");
    eprintln!("人员：admin、clerk、reviewer、head。");
    eprintln!("改写 {} 中的时刻即推进模拟历法。", federation.calendar().display());
}
