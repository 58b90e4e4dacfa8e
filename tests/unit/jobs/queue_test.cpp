#include <set>
#include <thread>

#include "studio/jobs/lease_keeper.hpp"
#include "studio/jobs/process_mark.hpp"
#include "unit/jobs/queue_fixture.hpp"

namespace inkstone::test {
namespace {

using studio::JobResult;
using studio::LeaseKeeper;
using namespace std::chrono_literals;

INSTANTIATE_TEST_SUITE_P(Databases, QueueTest, testing::Values("sqlite", "postgresql"), name_of_database);

TEST_P(QueueTest, MigratesOnceAndRefusesALaterVersion) {
  const auto id = submit();
  studio::migrate(store_->database());
  EXPECT_EQ(store_->find(id).id, id);
  store_->database().write([](studio::Transaction& t) { t.run("UPDATE schema_version SET version = version + 1"); });
  try {
    studio::migrate(store_->database());
    FAIL() << "a later version was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
  }
}

TEST_P(QueueTest, AJobGoesFromQueuedToDone) {
  const auto id = submit();
  EXPECT_EQ(state(id), JobState::queued);
  auto claimed = claim();
  EXPECT_EQ(claimed.status.id, id);
  EXPECT_EQ(state(id), JobState::running);
  EXPECT_FALSE(store_->claim("elsewhere 2 2")) << "one job was given out twice";
  EXPECT_EQ(
      store_->beat(claimed.lease, {R"({"stage":"paint","step":3,"total":9,"seconds_left":1.5,"values":{"loss":0.25}})", {}}), "");
  EXPECT_EQ(store_->find(id).step, 3);
  EXPECT_EQ(store_->find(id).values.at("loss"), 0.25);
  time_ += 1000;
  ASSERT_TRUE(store_->finish(
      claimed.lease, {.state = JobState::done, .pictures = {picture('a')}, .report = "{}", .error_category = "", .error = ""}));
  const auto done = store_->find(id);
  EXPECT_EQ(done.state, JobState::done);
  EXPECT_EQ(done.finished, time_);
  EXPECT_EQ(done.attempts, 1);
  ASSERT_EQ(done.pictures.size(), 1u);
  EXPECT_EQ(done.pictures[0].id, std::string(64, 'a'));
  EXPECT_EQ(done.pictures[0].width, 8);
}

TEST_P(QueueTest, ResultsUnderAnOldTokenAreRefused) {
  const auto id = submit();
  const auto first = claim();
  store_->take_back({id, first.lease.token, "", 0}, 3);
  const auto second = claim();
  EXPECT_FALSE(store_->beat(first.lease, {}));
  EXPECT_FALSE(store_->finish(first.lease, {.pictures = {picture('a')}, .report = "", .error_category = "", .error = ""}));
  EXPECT_FALSE(store_->stopped(first.lease, {}));
  EXPECT_TRUE(store_->finish(second.lease, {.pictures = {picture('b')}, .report = "", .error_category = "", .error = ""}));
  EXPECT_FALSE(store_->finish(second.lease, {.pictures = {picture('b')}, .report = "", .error_category = "", .error = ""}));
  ASSERT_EQ(store_->find(id).pictures.size(), 1u);
  EXPECT_EQ(store_->find(id).pictures[0].id[0], 'b');
}

TEST_P(QueueTest, HigherPriorityFirstThenTheOwnerWhoWaitedLongest) {
  std::vector<std::string> ann;
  for (int k = 0; k < 4; ++k) ann.push_back(submit("ann"));
  const auto bob = submit("bob"), bob2 = submit("bob");
  const auto urgent = submit("ann", 5), late = submit("cy", -1);
  std::vector<std::string> order;
  for (int k = 0; k < 8; ++k) {
    const auto job = claim();
    order.push_back(job.status.id);
    EXPECT_TRUE(store_->finish(job.lease, {}));
  }
  EXPECT_EQ(order, (std::vector<std::string>{urgent, bob, ann[0], bob2, ann[1], ann[2], ann[3], late}));
}

TEST_P(QueueTest, JobsOfOneOwnerExchangePlaces) {
  const auto a1 = submit("ann"), b1 = submit("bob"), a2 = submit("ann"), a3 = submit("ann"), low = submit("ann", -2);
  const auto places = [&] { return std::vector{store_->find(a1).place, store_->find(a2).place, store_->find(a3).place}; };
  const auto before = places();
  store_->move(a3, QueueMove::sooner);
  EXPECT_EQ(places(), (std::vector{before[0], before[2], before[1]}));
  store_->move(a3, QueueMove::sooner);
  store_->move(a3, QueueMove::sooner);  // first already
  store_->move(a1, QueueMove::later);
  store_->move(low, QueueMove::sooner);  // past another priority, which it takes over
  EXPECT_EQ(store_->find(low).priority, 0);
  EXPECT_EQ(store_->find(a1).priority, -2);
  store_->move(a1, QueueMove::later);  // last already
  std::vector<std::string> order;
  for (int k = 0; k < 5; ++k) {
    const auto job = claim();
    order.push_back(job.status.id);
    EXPECT_TRUE(store_->finish(job.lease, {}));
  }
  EXPECT_EQ(order, (std::vector<std::string>{a3, b1, a2, low, a1})) << "bob waits no longer and no shorter";
  EXPECT_THROW(store_->move(a1, QueueMove::sooner), JobConflict);
  EXPECT_THROW(store_->move("01ARZ3NDEKTSV4RRFFQ69G5FAV", QueueMove::sooner), Error);
}

TEST_P(QueueTest, JobsAreFoundByWhatAnAnnotationSaysOfTheirPictures) {
  const auto painted = submit("ann");
  store_->finish(claim().lease, {.pictures = {picture('a'), picture('b')}, .report = "", .error_category = "", .error = ""});
  submit("bob");
  store_->finish(claim().lease, {.pictures = {picture('a')}, .report = "", .error_category = "", .error = ""});
  const auto annotate = [&](char digit, const std::string& text) {
    studio::NewJob job;
    job.order = {.task = "annotate", .request = "{}", .owner = "ann", .priority = 0, .client_key = ""};
    store_->submit(job);
    store_->finish(claim().lease,
                   {.pictures = {},
                    .report = fmt::format(R"({{"pictures":[{{"file_name":"{}","text":"{}"}}]}})", std::string(64, digit), text),
                    .error_category = "",
                    .error = ""});
  };
  annotate('a', "Kit Fox, 100% red");
  annotate('a', "Kit Fox, 100% red");
  annotate('b', "tabby");
  annotate('c', "nobody's");
  EXPECT_EQ(store_->find(painted).tags, "kit fox, 100% red, tabby");
  JobQuery query;
  for (const char* words : {"kit", "RED 100%", "tabby snow"}) {
    query.text = words;
    const auto found = store_->list(query);
    ASSERT_EQ(found.size(), 1u) << words;
    EXPECT_EQ(found[0].id, painted);
  }
  query.text = "kit dog";
  EXPECT_TRUE(store_->list(query).empty());
}

TEST_P(QueueTest, AnOwnerWithLessRunningGoesFirst) {
  const auto a1 = submit("ann"), a2 = submit("ann");
  EXPECT_EQ(claim().status.id, a1);
  const auto b1 = submit("bob");
  EXPECT_EQ(claim().status.id, b1);
  EXPECT_EQ(claim().status.id, a2);
}

TEST_P(QueueTest, KeepsToTheLimitsOfAnOwner) {
  JobLimits limits;
  limits.unfinished = 3;
  limits.running = 1;
  store_ = another(limits);
  const auto a1 = submit("ann"), a2 = submit("ann");
  submit("ann");
  EXPECT_THROW(submit("ann"), LimitReached);
  const auto b1 = submit("bob");
  const auto first = claim();
  EXPECT_EQ(first.status.id, a1);
  EXPECT_EQ(claim().status.id, b1);
  EXPECT_FALSE(store_->claim("elsewhere 1 1")) << "ann has one running already";
  store_->finish(first.lease, {});
  EXPECT_EQ(claim().status.id, a2);
  EXPECT_NO_THROW(submit("ann"));
}

TEST_P(QueueTest, CancelTwiceIsOnceAndEndsWhatWaits) {
  const auto id = submit();
  store_->cancel(id);
  store_->cancel(id);
  EXPECT_EQ(state(id), JobState::cancelled);
  EXPECT_FALSE(store_->claim("elsewhere 1 1"));
  store_->retry(id);
  EXPECT_EQ(state(id), JobState::queued);
  store_->finish(claim().lease, {});
  EXPECT_THROW(store_->cancel(id), JobConflict);
  EXPECT_THROW(store_->pause(id), JobConflict);
  EXPECT_THROW(store_->retry(id), JobConflict);
  EXPECT_THROW(store_->cancel("01ARZ3NDEKTSV4RRFFQ69G5FAV"), Error);
}

TEST_P(QueueTest, ARunningJobIsToldToStopAndEndsAsItWasWished) {
  const auto cancelled = submit();
  auto job = claim();
  store_->cancel(cancelled);
  EXPECT_EQ(state(cancelled), JobState::running);
  EXPECT_TRUE(store_->find(cancelled).stopping);
  EXPECT_EQ(store_->beat(job.lease, {}), "cancel");
  EXPECT_EQ(store_->stopped(job.lease, {picture('c')}), JobState::cancelled);
  EXPECT_EQ(store_->find(cancelled).pictures.size(), 1u) << "what there was is kept";

  const auto paused = submit();
  job = claim();
  store_->pause(paused);
  EXPECT_EQ(store_->beat(job.lease, {}), "pause");
  EXPECT_EQ(store_->stopped(job.lease, {}), JobState::paused);
  EXPECT_EQ(store_->find(paused).attempts, 0) << "a pause is no failed attempt";
  EXPECT_FALSE(store_->claim("elsewhere 1 1"));
  store_->resume(paused);
  EXPECT_EQ(claim().status.id, paused);
}

TEST_P(QueueTest, AResumeBeforeTheWorkerStoppedTakesThePauseBack) {
  const auto id = submit();
  const auto job = claim();
  store_->pause(id);
  store_->resume(id);
  EXPECT_EQ(store_->beat(job.lease, {}), "");
  EXPECT_EQ(store_->stopped(job.lease, {}), JobState::queued) << "what had stopped already goes on later";
}

TEST_P(QueueTest, AWorkerWithoutSignsOfLifeGivesItsJobBack) {
  const auto id = submit();
  const auto job = claim();
  LeaseKeeper keeper(*store_, 30, 3);
  const auto start = LeaseKeeper::Clock::now();
  keeper.look(start);
  store_->beat(job.lease, {});
  keeper.look(start + 29s);
  keeper.look(start + 58s);
  EXPECT_EQ(state(id), JobState::running) << "it had shown life 29 seconds ago";
  keeper.look(start + 59s);
  EXPECT_EQ(state(id), JobState::queued);
  EXPECT_FALSE(store_->beat(job.lease, {}));
}

TEST_P(QueueTest, WallClocksThatJumpEndNoLease) {
  const auto id = submit();
  claim();
  LeaseKeeper keeper(*store_, 30, 3);
  const auto start = LeaseKeeper::Clock::now();
  keeper.look(start);
  for (const std::int64_t jump : {86'400'000LL, -2 * 86'400'000LL, 0LL}) {
    time_ += jump;
    keeper.look(start + 10s);
    EXPECT_EQ(state(id), JobState::running);
  }
  time_ -= 86'400'000;
  const auto later = submit();
  EXPECT_EQ(store_->list({}).front().id, later) << "newest first, whatever the clock says";
}

TEST_P(QueueTest, AWorkerThatDiedOnThisMachineIsSeenAtOnce) {
  const auto id = submit();
  auto mark = studio::this_process();
  EXPECT_FALSE(studio::has_died(mark));
  mark.back() = mark.back() == '0' ? '1' : '0';  // started at another time: another process under the same number
  EXPECT_TRUE(studio::has_died(mark));
  claim(mark);
  LeaseKeeper(*store_, 3600, 3).look(LeaseKeeper::Clock::now());
  EXPECT_EQ(state(id), JobState::queued);
}

TEST_P(QueueTest, AJobThatTakesItsWorkersWithItFails) {
  const auto id = submit();
  for (int k = 0; k < 2; ++k) {
    EXPECT_EQ(state(id), JobState::queued);
    const auto job = claim();
    store_->take_back({id, job.lease.token, "", 0}, 2);
  }
  EXPECT_EQ(state(id), JobState::failed);
  EXPECT_NE(store_->find(id).error.find("died 2 times"), std::string::npos);
}

TEST_P(QueueTest, EqualRequestsAreAnsweredFromTheStore) {
  submit("ann", 0, "same");
  const auto job = claim();
  const auto second = submit("ann", 0, "same");
  EXPECT_FALSE(store_->claim("elsewhere 1 1")) << "its equal is being painted";
  const auto stranger = submit("bob", 0, "same");
  EXPECT_EQ(claim().status.id, stranger) << "others' pictures answer nobody";
  store_->finish(job.lease, {.pictures = {picture('a')}, .report = "", .error_category = "", .error = ""});
  EXPECT_FALSE(store_->claim("elsewhere 1 1"));
  EXPECT_EQ(state(second), JobState::done);
  EXPECT_TRUE(store_->find(second).from_store);
  const auto third = submit("ann", 0, "same");
  EXPECT_EQ(state(third), JobState::done);
  ASSERT_EQ(store_->find(third).pictures.size(), 1u);
  store_->forget_picture(std::string(64, 'a'), "ann");
  EXPECT_EQ(state(submit("ann", 0, "same")), JobState::queued) << "it was deleted, so it is painted anew";
}

TEST_P(QueueTest, KinIsClaimedTogether) {
  const auto submit_kin = [&](const std::string& owner, const std::string& recipe, const std::string& kin, int priority = 0) {
    studio::NewJob job;
    job.order = {.task = "paint", .request = "{}", .owner = owner, .priority = priority, .client_key = ""};
    job.recipe = recipe;
    job.kin = kin;
    return store_->submit(job);
  };
  const auto first = submit_kin("ann", "fox 1", "fox"), second = submit_kin("ann", "fox 2", "fox");
  const auto same = submit_kin("ann", "fox 2", "fox"), other = submit_kin("ann", "hen 1", "hen");
  const auto bobs = submit_kin("bob", "fox 2", "fox"), cats = submit_kin("cat", "fox 3", "fox");
  const auto later = submit_kin("cat", "fox 4", "fox", -1);
  const auto job = claim();
  EXPECT_EQ(job.status.id, first);
  EXPECT_EQ(job.kin, "fox");
  const auto claimed_kin = [&](int most) {
    std::set<std::string> ids;
    for (const auto& kin : store_->claim_kin("elsewhere 1 1", job, most)) ids.insert(kin.status.id);
    return ids;
  };
  EXPECT_EQ(claimed_kin(2), (std::set<std::string>{bobs, cats})) << "in turns, whoever they belong to";
  EXPECT_EQ(claimed_kin(9), std::set<std::string>{second}) << "its equal waits for it, and a hen is no fox";
  for (const auto& waiting : {same, other, later}) EXPECT_EQ(state(waiting), JobState::queued);
  store_->take_back({first, job.lease.token, "", 0}, 3);
  EXPECT_TRUE(claimed_kin(9).empty()) << "what a worker died of is tried alone";
  const auto again = claim();
  EXPECT_EQ(again.status.id, first);
  EXPECT_TRUE(store_->claim_kin("elsewhere 1 1", again, 9).empty()) << "from both sides";
}

TEST_P(QueueTest, KinIsClaimedWithinTheLimitOfItsOwner) {
  const auto limited = another({.running = 2});
  for (const char* owner : {"ann", "ann", "ann", "bob"}) {
    studio::NewJob job;
    job.order = {.task = "paint", .request = "{}", .owner = owner, .priority = 0, .client_key = ""};
    job.kin = "fox";
    limited->submit(job);
  }
  const auto first = limited->claim("elsewhere 1 1");
  ASSERT_TRUE(first);
  std::multiset<std::string> owners = {first->status.owner};
  for (const auto& kin : limited->claim_kin("elsewhere 1 1", *first, 9)) owners.insert(kin.status.owner);
  EXPECT_EQ(owners, (std::multiset<std::string>{"ann", "ann", "bob"}));
}

TEST_P(QueueTest, PicturesGoWithTheLastJobThatNamesThem) {
  const auto make = [&](char digit) {
    const auto id = submit();
    store_->finish(claim().lease, {.pictures = {picture(digit)}, .report = "", .error_category = "", .error = ""});
    return id;
  };
  const auto first = make('a'), same = make('a');
  EXPECT_TRUE(store_->erase(first).empty());
  EXPECT_EQ(store_->erase(same), std::vector<std::string>{std::string(64, 'a')});
  EXPECT_THROW(store_->find(same), Error);

  store_->add_picture(picture('b'), "ann");
  const auto third = make('b');
  EXPECT_TRUE(store_->erase(third).empty()) << "it was sent too, and stays until it is forgotten";
  store_->add_picture(picture('b'), "bob");
  EXPECT_TRUE(store_->forget_picture(std::string(64, 'b'), "ann").empty()) << "bob has it still";
  EXPECT_THROW(store_->picture(std::string(64, 'b'), "ann"), Error);
  EXPECT_EQ(store_->forget_picture(std::string(64, 'b'), "bob").size(), 1u);
}

TEST_P(QueueTest, ErasingAnOwnerLeavesNothing) {
  submit("ann");
  store_->finish(claim().lease, {.pictures = {picture('a')}, .report = "", .error_category = "", .error = ""});
  submit("ann");
  store_->add_picture(picture('b'), "ann");
  const auto other = submit("bob");
  std::vector<std::string> jobs;
  EXPECT_EQ(store_->erase_owner("ann", jobs).size(), 2u);
  EXPECT_EQ(jobs.size(), 2u);
  JobQuery query;
  query.owner = "ann";
  EXPECT_TRUE(store_->list(query).empty());
  for (const auto& event : store_->events_after(0, "ann", 100)) EXPECT_EQ(event.kind, "removed");
  EXPECT_EQ(state(other), JobState::queued);
}

TEST_P(QueueTest, ListsByOwnerStateWordsAndPlace) {
  std::vector<std::string> ids;
  for (int k = 0; k < 5; ++k) ids.push_back(submit(k % 2 ? "bob" : "ann"));
  EXPECT_EQ(store_->list({}).front().id, ids[4]);
  JobQuery query;
  query.limit = 2;
  query.before = ids[3];
  ASSERT_EQ(store_->list(query).size(), 2u);
  EXPECT_EQ(store_->list(query)[0].id, ids[2]);
  query = {};
  query.owner = "bob";
  EXPECT_EQ(store_->list(query).size(), 2u);
  query.text = "fox IN";
  EXPECT_EQ(store_->list(query).size(), 2u);
  query.text = "f%x";
  EXPECT_TRUE(store_->list(query).empty()) << "a per cent sign is one";
  query = {};
  query.state = JobState::running;
  EXPECT_TRUE(store_->list(query).empty());
  claim();
  EXPECT_EQ(store_->list(query).size(), 1u);
  EXPECT_EQ(store_->counts().at(JobState::queued), 4);
}

TEST_P(QueueTest, EventsTellEveryChangeInOrder) {
  const auto id = submit("ann");
  submit("bob");
  const auto job = claim();
  store_->beat(job.lease, {"{}", {{"progress", "{}"}, {"message", R"({"text":"hm"})"}}});
  store_->finish(job.lease, {.pictures = {picture('a')}, .report = "", .error_category = "", .error = ""});
  std::vector<std::string> kinds;
  std::int64_t last = 0;
  for (const auto& event : store_->events_after(0, "ann", 100)) {
    EXPECT_EQ(event.job, id);
    EXPECT_GT(event.number, last);
    last = event.number;
    kinds.push_back(event.kind);
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"state", "state", "progress", "message", "picture", "state"}));
  EXPECT_TRUE(store_->events_after(last, "ann", 100).empty());
  store_->forget_old_events(1);
  EXPECT_LE(store_->events_after(0, "", 100).size(), 2u);
}

TEST_P(QueueTest, TheSameKeyIsTheSameJob) {
  studio::NewJob job;
  job.order = {.task = "post", .request = "{}", .owner = "ann", .priority = 0, .client_key = "k1"};
  const auto id = store_->submit(job);
  EXPECT_EQ(store_->submit(job), id);
  job.order.owner = "bob";
  EXPECT_NE(store_->submit(job), id);
}

TEST_P(QueueTest, TextOfEveryKindComesBackAsItWas) {
  studio::NewJob job;
  job.order = {
      .task = "paint", .request = R"({"prompt":"'; DROP TABLE jobs; --"})", .owner = "ann'$1", .priority = 0, .client_key = ""};
  job.prompt = "雪中狐狸 \\ ' \" $1 %";
  const auto id = store_->submit(job);
  const auto back = store_->find(id);
  EXPECT_EQ(back.prompt, job.prompt);
  EXPECT_EQ(back.owner, job.order.owner);
  EXPECT_EQ(back.request, job.order.request);
}

TEST_P(QueueTest, ManyWorkersTakeEveryJobOnce) {
  constexpr int kJobs = 120, kWorkers = 4;
  for (int k = 0; k < kJobs; ++k) submit(fmt::format("owner{}", k % 5));
  std::mutex mutex;
  std::multiset<std::string> done;
  std::vector<std::thread> workers;
  for (int w = 0; w < kWorkers; ++w)
    workers.emplace_back([&, store = std::shared_ptr<studio::JobStore>(another())] {
      while (const auto job = store->claim("elsewhere 1 1")) {
        EXPECT_TRUE(store->finish(job->lease, {}));
        const std::lock_guard lock(mutex);
        done.insert(job->status.id);
      }
    });
  for (auto& worker : workers) worker.join();
  // A worker may have found every row about to be taken and gone home early; the queue has the rest.
  while (const auto job = store_->claim("elsewhere 1 1")) {
    EXPECT_TRUE(store_->finish(job->lease, {}));
    done.insert(job->status.id);
  }
  EXPECT_EQ(done.size(), std::size_t(kJobs));
  EXPECT_EQ(std::set<std::string>(done.begin(), done.end()).size(), std::size_t(kJobs));
}

TEST_P(QueueTest, WordOfAChangeReachesAnotherProcess) {
  const auto other = another();
  other->database().await_change(0);
  std::thread writer([&] {
    std::this_thread::sleep_for(50ms);
    submit();
  });
  const auto start = std::chrono::steady_clock::now();
  other->database().await_change(5000);
  writer.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

}  // namespace
}  // namespace inkstone::test
